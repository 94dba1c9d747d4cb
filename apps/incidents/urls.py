"""URLs of the room."""

app_name = "incidents"
urlpatterns: list[object] = []
