"""Load balancers as they come: each preset sets what that product does by default.

Sources: HAProxy's configuration manual 2.6 (``retries``, ``option redispatch``, ``retry-on``,
``inter``, ``maxconn``); nginx' upstream (``max_fails``, ``fail_timeout``) and proxy modules
(``proxy_next_upstream``, ``proxy_connect_timeout``, ``proxy_read_timeout``), and its mailing list
of 20 April 2017 (with no server left it answers 502 at once); Envoy's outlier detection, panic
threshold, circuit breaking and timeouts; AWS' guides to ALB and NLB (2023). What a product leaves
open has a usual value, and what it does not have is off; what is not a product's default is said
in its help. Drawings and links name presets without their values, so those of the first two stay as
they were; HAProxy 2.6 and nginx 1.22 do what was measured of them.
"""

from app.schema import Preset
from app.texts.text import Text

PRESETS = (
    Preset("load_balancer", Text("Load balancer"), "lb", {}),
    Preset(
        "haproxy",
        Text("HAProxy"),
        "lb",
        {
            "check_interval_s": 2.0,
            "check_fall": 3,
            "check_rise": 2,
            "check_type": "request",
            "retries": 3,
            "retry_on": "connection",
            "redispatch": "last",
            "retry_wait_s": 1.0,
            "connect_timeout_s": 5.0,
            "queue_timeout_s": 5.0,
            "max_connections": 100,
        },
        Text(
            "Checks every 2 s, 3 to fall, 2 to rise; 3 retries of failed connections, the last at "
            "another server; 100 connections per server, the others wait 5 s at most; with no "
            "server left it answers 503."
        ),
        True,
    ),
    Preset(
        "nginx",
        Text("nginx"),
        "lb",
        {
            "algorithm": "weighted",
            "check_type": "none",
            "passive": "on",
            "passive_failures": 1,
            "passive_window_s": 10.0,
            "passive_ejection_s": 10.0,
            "passive_ejection_max_s": 10.0,
            "passive_share_max": 100.0,
            "panic_percent": 1.0,
            "retries": 1,
            "retry_on": "connection",
            "redispatch": "other",
            "connect_timeout_s": 60.0,
            "response_timeout_s": 60.0,
        },
        Text(
            "No checks of its own: one failed request takes a server out for 10 s, and with none "
            "left it tries them all; a failed connection is tried at the next server; timeouts of "
            "60 s."
        ),
        True,
    ),
    Preset(
        "envoy",
        Text("Envoy"),
        "lb",
        {
            "check_interval_s": 2.0,
            "check_fall": 3,
            "check_rise": 2,
            "passive": "on",
            "passive_failures": 5,
            "passive_ejection_s": 30.0,
            "passive_ejection_max_s": 300.0,
            "passive_share_max": 10.0,
            "panic_percent": 50.0,
            "redispatch": "other",
            "connect_timeout_s": 5.0,
            "response_timeout_s": 15.0,
            "max_connections": 1024,
            "queue_max": 1024,
        },
        Text(
            "Ejects a server for 30 s and more after 5 failures in a row, but at most 10 % of "
            "them; with less than half of the servers usable it uses all; timeouts of 5 s to "
            "connect and 15 s to answer; no retries unless asked for."
        ),
        True,
    ),
    Preset(
        "alb",
        Text("AWS ALB"),
        "lb",
        {
            "check_interval_s": 30.0,
            "check_timeout_s": 5.0,
            "check_fall": 2,
            "check_rise": 5,
            "check_type": "request",
            "panic_percent": 1.0,
            "drain_s": 300.0,
            "connect_timeout_s": 10.0,
            "response_timeout_s": 60.0,
        },
        Text(
            "Checks every 30 s with a timeout of 5 s, 2 to fall, 5 to rise; fails open: with no "
            "healthy target all get requests; a removed target has 300 s to finish; 60 s for an "
            "answer; no retries."
        ),
        True,
    ),
    Preset(
        "nlb",
        Text("AWS NLB"),
        "lb",
        {
            "algorithm": "random",
            "check_interval_s": 30.0,
            "check_timeout_s": 10.0,
            "check_fall": 2,
            "check_rise": 5,
            "check_type": "connect",
            "panic_percent": 1.0,
            "drain_s": 300.0,
            "forward_ms": 0.0,
            "response_timeout_s": 350.0,
        },
        Text(
            "Deals out connections by a hash that is as good as random and does not look into "
            "them; checks by connecting, every 30 s, 2 to fall, 5 to rise; fails open; lets "
            "connections idle for 350 s."
        ),
        True,
    ),
    Preset(
        "haproxy_2_6",
        Text("HAProxy 2.6"),
        "lb",
        {
            "check_interval_s": 2.0,
            "check_fall": 3,
            "check_rise": 2,
            "check_type": "request",
            "retries": 3,
            "retry_on": "connection",
            "redispatch": "another",
            "retry_wait_s": 1.0,
            "connect_timeout_s": 5.0,
            "queue_timeout_s": 5.0,
        },
        Text(
            "Checks every 2 s, 3 to fall, 2 to rise; 3 retries of failed connections; no limit of "
            "connections (maxconn); with no server left it answers 503. Not its defaults: option "
            "redispatch is on, so a retry goes to another server at once, and connecting has 5 s."
        ),
        True,
    ),
    Preset(
        "nginx_1_22",
        Text("nginx 1.22"),
        "lb",
        {
            "algorithm": "weighted",
            "check_type": "none",
            "passive": "on",
            "passive_failures": 1,
            "passive_counts": "within",
            "passive_window_s": 10.0,
            "passive_ejection_s": 10.0,
            "passive_ejection_max_s": 10.0,
            "passive_share_max": 100.0,
            "retries": 1,
            "retry_on": "broken",
            "retry_writes": "off",
            "redispatch": "another",
            "connect_timeout_s": 60.0,
            "response_timeout_s": 60.0,
        },
        Text(
            "No checks of its own: one failed request takes a server out for 10 s, then one "
            "request probes it; with none left it answers 502. What gets no answer is tried at the "
            "next server, writes only if they were never sent; timeouts of 60 s. Not its default: "
            "one retry, where it would try every server once."
        ),
        True,
    ),
)
