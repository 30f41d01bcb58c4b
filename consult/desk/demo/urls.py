"""The addresses of the demo."""

from django.urls import path

from consult.desk.demo import views

app_name = "demo"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("mail/", views.mail, name="mail"),
    path("mail/<slug:key>/", views.mail_one, name="mail_one"),
    path("tour/", views.show_tour, name="tour"),
]
