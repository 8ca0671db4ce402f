from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.preferences, name="preferences"),
    path("account/tokens/", views.token_list, name="token-list"),
    path("account/tokens/new/", views.token_create, name="token-create"),
    path("account/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]
