"""Which jobs the clock starts, every so many seconds. Celery's beat reads it."""

SCHEDULE: dict[str, dict[str, object]] = {
    "expire-orders": {"task": "checkout.jobs.expire_orders", "schedule": 60.0},
    "apply-gateway-events": {"task": "checkout.jobs.apply_gateway_events", "schedule": 60.0},
    "send-what-is-owed": {"task": "checkout.jobs.send_owed", "schedule": 120.0},
    "send-invitations": {"task": "community.jobs.send_invitations", "schedule": 300.0},
    "forget-old-uploads": {"task": "courses.jobs.forget_old_uploads", "schedule": 3600.0},
    "send-course-invitations": {"task": "courses.jobs.send_invitations", "schedule": 300.0},
    "issue-certificates": {"task": "courses.jobs.issue_certificates", "schedule": 300.0},
    "tell-of-questions": {"task": "courses.jobs.tell_of_posts", "schedule": 300.0},
    "send-work-feedback": {"task": "courses.jobs.send_feedback", "schedule": 300.0},
    "class-mail": {"task": "courses.jobs.send_class_mail", "schedule": 300.0},
    "announcements": {"task": "courses.jobs.send_announcements", "schedule": 300.0},
    "refund-events": {"task": "checkout.jobs.refund_events", "schedule": 30.0},
    "refunds": {"task": "checkout.jobs.send_owed_refunds", "schedule": 60.0},
    "mature-shares": {"task": "checkout.jobs.mature_shares", "schedule": 3600.0},
    "propose-contributions": {
        "task": "incentives.jobs.propose_contributions",
        "schedule": 21_600.0,
    },
    "refresh-search": {"task": "events.jobs.refresh_search_texts", "schedule": 86_400.0},
    "event-mail": {"task": "ticketing.jobs.send_event_mail", "schedule": 300.0},
    "give-free-passes": {"task": "incentives.jobs.give_passes", "schedule": 600.0},
    "mail-free-passes": {"task": "ticketing.jobs.send_free_passes", "schedule": 120.0},
    "return-free-passes": {"task": "ticketing.jobs.return_passes", "schedule": 300.0},
    "forget-old-answers": {"task": "api.jobs.forget_old_answers", "schedule": 86_400.0},
    "forget-course-archives": {"task": "courses.jobs.forget_course_archives", "schedule": 3600.0},
}
