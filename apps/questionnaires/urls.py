"""URLs of the room."""

app_name = "questionnaires"
urlpatterns: list[object] = []
