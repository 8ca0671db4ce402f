from django.urls import path

from incentives.views import (
    contributions,
    earnings,
    officers,
    payouts,
    periods,
    points,
    pool,
    reviews,
    rules,
    shifts,
)

app_name = "incentives"

urlpatterns = [
    path("pool/", pool.pool_detail, name="pool-detail"),
    path("pool/inflow.csv", pool.pool_csv, name="pool-csv"),
    path("pool/rates/new/", pool.rate_create, name="rate-create"),
    path("pool/rules/", rules.rules_detail, name="rules-detail"),
    path("pool/points/", points.points_list, name="points-list"),
    path("pool/points/edit/", points.points_edit, name="points-edit"),
    path("pool/points/publish/", points.points_publish, name="points-publish"),
    path("pool/points/drop/", points.points_drop, name="points-drop"),
    path("pool/points/<int:version>/", points.points_detail, name="points-detail"),
    path("pool/officers/", officers.officer_list, name="officer-list"),
    path("pool/officers/<int:pk>/dismiss/", officers.officer_dismiss, name="officer-dismiss"),
    path("contributions/", contributions.contribution_list, name="contribution-list"),
    path("contributions/new/", contributions.contribution_create, name="contribution-create"),
    path("contributions/name/", contributions.public_name_edit, name="public-name-edit"),
    path(
        "contributions/<slug:public_id>/",
        contributions.contribution_detail,
        name="contribution-detail",
    ),
    path(
        "contributions/<slug:public_id>/edit/",
        contributions.contribution_edit,
        name="contribution-edit",
    ),
    path(
        "contributions/<slug:public_id>/answer/",
        contributions.contribution_answer,
        name="contribution-answer",
    ),
    path(
        "contributions/<slug:public_id>/appeal/",
        contributions.contribution_appeal,
        name="contribution-appeal",
    ),
    path(
        "contributions/<slug:public_id>/withdraw/",
        contributions.contribution_withdraw,
        name="contribution-withdraw",
    ),
    path(
        "contributions/<slug:public_id>/evidence/",
        contributions.contribution_evidence,
        name="contribution-evidence",
    ),
    path("reviews/", reviews.review_list, name="review-list"),
    path("reviews/<slug:public_id>/", reviews.review_detail, name="review-detail"),
    path("events/<slug:slug>/helpers/", shifts.helper_list, name="helper-list"),
    path("events/<slug:slug>/helpers/<int:pk>/delete/", shifts.shift_delete, name="shift-delete"),
    # settlement
    path("pool/periods/", periods.period_list, name="period-list"),
    path("pool/periods/<slug:public_id>/", periods.period_detail, name="period-detail"),
    path("pool/periods/<slug:public_id>/step/", periods.period_step, name="period-step"),
    path("pool/periods/<slug:public_id>/disputes/", periods.period_dispute, name="period-dispute"),
    path("pool/disputes/<slug:public_id>/answer/", periods.dispute_answer, name="dispute-answer"),
    path("pool/statements/<slug:digest>/csv/", periods.statement_csv, name="statement-csv"),
    path("pool/recompute-statement/", periods.recompute_script, name="recompute-script"),
    path("pool/payouts/", payouts.payout_list, name="payout-list"),
    path("pool/payouts/bank/", payouts.payout_bank_csv, name="payout-bank-csv"),
    path("pool/payouts/wallets/", payouts.payout_wallet_csv, name="payout-wallet-csv"),
    path("pool/payouts/<slug:public_id>/step/", payouts.payout_step, name="payout-step"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/accounts/new/", earnings.payout_account_create, name="payout-account-create"),
    path(
        "earnings/accounts/<slug:public_id>/retire/",
        earnings.payout_account_retire,
        name="payout-account-retire",
    ),
    path(
        "earnings/payouts/<slug:public_id>/withdraw/",
        earnings.payout_withdraw,
        name="payout-withdraw",
    ),
    path("earnings/<slug:public_id>/", earnings.earning_detail, name="earning-detail"),
]
