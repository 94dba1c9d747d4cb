"""URLs of the room."""

app_name = "access_reviews"
urlpatterns: list[object] = []
