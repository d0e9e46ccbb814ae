"""The model's scope: what of web servers is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Service"),
        Text(
            "A station of several cores with a bounded queue, first come first served or processor "
            "sharing; exponential, constant, log-normal or hyperexponential work. The core is free "
            "while the database works."
        ),
        Text(
            "Switching a busy station from sharing to first come starts the work of waiting "
            "requests again."
        ),
        "Kleinrock, Queueing Systems (1975, 1976)",
        (
            "service_ms",
            "cores",
            "queue_limit",
            "read_replies",
            "weight",
            "distribution",
            "scv",
            "discipline",
            "exposure",
        ),
    ),
    ScopeRow(
        Text("Sizes and shared machines"),
        Text(
            "Sizes S to 3XL have vCPUs, memory and a price; n cores do n / (1 + 0.03 (n - 1) + "
            "0.0001 n (n - 1)) times the work of one. Nodes of one machine share its cores; its "
            "first node sets its size."
        ),
        Text("Cloud prices of a day: they are rounded for teaching."),
        "Gunther, Universal Scalability Law (1993)",
        ("size", "contention", "coherency"),
    ),
    ScopeRow(
        Text("Memory"),
        Text(
            "Memory that requests take is gone for data, whose reads then go to disk; when "
            "requests take more than there is, whoever takes most is killed and boots."
        ),
        Text(
            "Misses are evenly spread and lengthen the mean read; pages of the operating system, "
            "swapping."
        ),
        "Linux, out-of-memory killer",
        ("memory_gb", "request_mb"),
    ),
    ScopeRow(
        Text("Calls to the data"),
        Text(
            "Writes to a primary, reads by routing rule; connection pools with a queue; reads of "
            "several databases at once that wait for the first answers."
        ),
        Text(
            "A service that calls a service. A database's connections are dealt out to the pools "
            "when the drawing changes, not anew after each crash; reads that ask several databases "
            "at once take none."
        ),
        "HikariCP and PgBouncer documentation",
        (
            "read_routing",
            "pin_s",
            "primary_fallback",
            "write_routing",
            "pool_size",
            "pool_wait_s",
            "fan_out",
        ),
    ),
    ScopeRow(
        Text("Overload protection"),
        Text(
            "A limit of workers, database timeouts, circuit breakers, a longest wait, work past "
            "its deadline dropped, cancellation."
        ),
        Text("Work stops early at first-come stations only."),
        "Nygard, Release It! (2018); Google SRE book, Handling overload",
        (
            "workers",
            "data_timeout_s",
            "breaker_failures",
            "breaker_open_s",
            "wait_limit_s",
            "drop_expired",
            "cancels",
        ),
    ),
    ScopeRow(
        Text("Needs of a page"),
        Text(
            "One entity, its references, three hops or a scan cost each family of stores its own "
            "round trips and work."
        ),
        Text("Stores that join within limits: here only relational ones do."),
        "",
        ("page", "references", "references_kept", "scan_rows", "fetching"),
    ),
    ScopeRow(
        Text("Health of databases"),
        Text(
            "Checks of every linked database by rise and fall; the answers say who is the primary "
            "and which replicas have caught up."
        ),
        None,
        "libpq, target_session_attrs",
        (
            "check_interval_s",
            "check_fall",
            "check_rise",
            "check_timeout_s",
            "check_fast_interval_s",
        ),
    ),
    ScopeRow(
        Text("Scaling out"),
        Text(
            "Several servers of one node, fixed or by an autoscaler with period, thresholds, "
            "breaches, step and cooldown; each server has its own queue, workers and checks."
        ),
        Text(
            "Target tracking with tolerance and a stabilisation window; replacement of instances "
            "that died."
        ),
        "AWS, step scaling policies",
        (
            "instances",
            "scaling",
            "instances_max",
            "scale_out_percent",
            "scale_in_percent",
            "scale_period_s",
            "scale_breaches",
            "scale_step",
            "scale_cooldown_s",
        ),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text("A node that comes back needs its boot time; a resize is live or a restart."),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
