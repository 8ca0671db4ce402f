from django.urls import path

from incentives import views

app_name = "incentives"

urlpatterns = [
    path("pool/", views.pool_detail, name="pool-detail"),
    path("pool/inflow.csv", views.pool_csv, name="pool-csv"),
    path("pool/rates/new/", views.rate_create, name="rate-create"),
]
