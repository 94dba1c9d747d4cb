"""URLs of the room."""

app_name = "assurance"
urlpatterns: list[object] = []
