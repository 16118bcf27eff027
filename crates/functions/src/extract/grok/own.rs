//! Patterns that the bundled files lack or define for another schema.

/// Names and definitions.
pub(super) static DEFINITIONS: &[(&str, &str)] = &[
    // Addresses of web resources: the port isn't captured.
    ("URIHOST", r"%{IPORHOST}(?::%{POSINT})?"),
    ("URIQUERY", r"[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*"),
    ("URIPARAM", r"\?%{URIQUERY}"),
    ("URIPATHPARAM", r"%{URIPATH}(?:\?%{URIQUERY})?"),
    ("URI", r"%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATH}(?:\?%{URIQUERY})?)?"),
    // Web servers.
    (
        "HTTPD_COMMONLOG",
        r#"%{IPORHOST:source.address} (?:-|%{HTTPDUSER:apache.access.user.identity}) (?:-|%{HTTPDUSER:user.name}) \[%{HTTPDATE:timestamp}\] "(?:%{WORD:http.request.method} %{NOTSPACE:url.original}(?: HTTP/%{NUMBER:http.version})?|%{DATA})" (?:-|%{INT:http.response.status_code:int}) (?:-|%{INT:http.response.body.bytes:int})"#,
    ),
    (
        "HTTPD_COMBINEDLOG",
        r#"%{HTTPD_COMMONLOG} "(?:-|%{DATA:http.request.referrer})" "(?:-|%{DATA:user_agent.original})""#,
    ),
    // Amazon.
    ("ELB_URIHOST", r"%{IPORHOST:url.domain}(?::%{POSINT:url.port:int})?"),
    ("ELB_URIPATHQUERY", r"%{URIPATH:url.path}(?:\?%{URIQUERY:url.query})?"),
    ("ELB_URIPATHPARAM", r"%{ELB_URIPATHQUERY}"),
    (
        "ELB_URI",
        r"%{URIPROTO:url.scheme}://(?:%{USER:url.username}(?::[^@]*)?@)?(?:%{ELB_URIHOST})?(?:%{ELB_URIPATHQUERY})?",
    ),
    ("ELB_REQUEST_LINE", r"(?:%{WORD:http.request.method} %{ELB_URI:url.original}(?: HTTP/%{NUMBER:http.version})?)"),
    (
        "ELB_V1_HTTP_LOG",
        r#"%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:aws.elb.name} %{IP:source.ip}:%{INT:source.port:int} (?:-|%{IP:aws.elb.backend.ip}:%{INT:aws.elb.backend.port:int}) (?:-1|%{NUMBER:aws.elb.request_processing_time.sec:float}) (?:-1|%{NUMBER:aws.elb.backend_processing_time.sec:float}) (?:-1|%{NUMBER:aws.elb.response_processing_time.sec:float}) %{INT:http.response.status_code:int} (?:-|%{INT:aws.elb.backend.http.response.status_code:int}) %{INT:http.request.body.bytes:int} %{INT:http.response.body.bytes:int} "%{ELB_REQUEST_LINE}"(?: "(?:-|%{DATA:user_agent.original})" (?:-|%{NOTSPACE:tls.cipher}) (?:-|%{NOTSPACE:aws.elb.ssl_protocol}))?"#,
    ),
    ("ELB_ACCESS_LOG", r"%{ELB_V1_HTTP_LOG}"),
    // Name servers.
    ("BIND9_DNSTYPE", r"(?:[A-Z][A-Z0-9-]*)"),
    ("BIND9_CATEGORY", r"(?:[a-z]+(?:-[a-z]+)*)"),
    (
        "BIND9_QUERYLOGBASE",
        r"client(?: @0x[0-9A-Fa-f]+)? %{IP:client.ip}#%{POSINT:client.port:int} \(%{GREEDYDATA:bind.log.question.name}\): query: %{GREEDYDATA:dns.question.name} (?<dns.question.class>IN) %{BIND9_DNSTYPE:dns.question.type}(?: %{DATA:bind.log.question.flags})? \(%{IP:server.ip}\)",
    ),
    (
        "BIND9_QUERYLOG",
        r"%{BIND9_TIMESTAMP:timestamp} (?:%{BIND9_CATEGORY:bind.log.category}: )?(?:%{LOGLEVEL:log.level}: )?%{BIND9_QUERYLOGBASE}",
    ),
    ("BIND9", r"%{BIND9_QUERYLOG}"),
    // Network monitors.
    ("BRO_BOOL", "[TF]"),
    ("BRO_DATA", r"[^\t]+"),
    ("ZEEK_BOOL", "[TF]"),
    ("ZEEK_DATA", r"[^\t]+"),
    ("ZEEK_HTTP", r"%{BRO_HTTP}"),
    ("ZEEK_DNS", r"%{BRO_DNS}"),
    ("ZEEK_CONN", r"%{BRO_CONN}"),
    ("ZEEK_FILES_TX_HOSTS", r"(?:-|%{IP:server.ip})|(?<zeek.files.tx_hosts>%{IP}(?:[-,]%{IP})+)"),
    ("ZEEK_FILES_RX_HOSTS", r"(?:-|%{IP:client.ip})|(?<zeek.files.rx_hosts>%{IP}(?:[-,]%{IP})+)"),
    ("ZEEK_FILES", r"%{BRO_FILES}"),
    // Firewalls.
    (
        "CISCO_HITCOUNT_INTERVAL",
        r"hit-cnt %{INT:cisco.asa.hit_count:int} (?:first hit|%{INT:cisco.asa.interval:int}-second interval)",
    ),
    (
        "CISCO_SRC_IP_USER",
        r"%{NOTSPACE:observer.ingress.interface.name}:%{IP:source.ip}(?:\(%{DATA:source.user.name}\))?",
    ),
    (
        "CISCO_DST_IP_USER",
        r"%{NOTSPACE:observer.egress.interface.name}:%{IP:destination.ip}(?:\(%{DATA:destination.user.name}\))?",
    ),
    (
        "CISCO_SRC_HOST_PORT_USER",
        r"%{NOTSPACE:observer.ingress.interface.name}:(?:%{IP:source.ip}|%{HOSTNAME:source.address})(?:/%{INT:source.port:int})?(?:\(%{DATA:source.user.name}\))?",
    ),
    (
        "CISCO_DST_HOST_PORT_USER",
        r"%{NOTSPACE:observer.egress.interface.name}:(?:%{IP:destination.ip}|%{HOSTNAME:destination.address})(?:/%{INT:destination.port:int})?(?:\(%{DATA:destination.user.name}\))?",
    ),
    ("RT_FLOW_TAG", "(?:RT_FLOW_SESSION_CREATE|RT_FLOW_SESSION_CLOSE|RT_FLOW_SESSION_DENY)"),
    // Proxies.
    (
        "HAPROXYURI",
        r"(?:%{URIPROTO:url.scheme}://)?(?:%{USER:url.username}(?::[^@]*)?@)?(?:%{IPORHOST:url.domain}(?::%{POSINT:url.port:int})?)?(?:%{URIPATH:url.path}(?:\?%{URIQUERY:url.query})?)?",
    ),
    (
        "HAPROXYHTTPREQUESTLINE",
        r"(?:<BADREQ>|(?:%{WORD:http.request.method} %{HAPROXYURI:url.original}(?: HTTP/%{NUMBER:http.version})?))",
    ),
    ("SQUID3_STATUS", r"(?:%{POSINT:http.response.status_code:int}|0|000)"),
    // Java servers.
    ("CATALINA7_DATESTAMP", r"%{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} (?:AM|PM)"),
    (
        "CATALINA7_LOG",
        r"%{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:java.log.origin.class.name}(?: %{JAVAMETHOD:log.origin.function})?\s*(?:%{LOGLEVEL:log.level}:)? %{JAVALOGMESSAGE:message}",
    ),
    ("CATALINA8_DATESTAMP", r"%{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}"),
    (
        "CATALINA8_LOG",
        r"%{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:log.level} \[%{DATA:java.log.origin.thread.name}\] %{JAVACLASS:java.log.origin.class.name}\.(?:%{JAVAMETHOD:log.origin.function})? %{JAVALOGMESSAGE:message}",
    ),
    ("CATALINA_DATESTAMP", r"(?:%{CATALINA8_DATESTAMP})|(?:%{CATALINA7_DATESTAMP})"),
    ("CATALINALOG", r"(?:%{CATALINA8_LOG})|(?:%{CATALINA7_LOG})"),
    ("TOMCAT7_LOG", r"%{CATALINA7_LOG}"),
    ("TOMCAT8_LOG", r"%{CATALINA8_LOG}"),
    ("TOMCATLEGACY_DATESTAMP", r"%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND}(?: %{ISO8601_TIMEZONE})?"),
    (
        "TOMCATLEGACY_LOG",
        r"%{TOMCATLEGACY_DATESTAMP:timestamp} \| %{LOGLEVEL:log.level} \| %{JAVACLASS:java.log.origin.class.name} - %{JAVALOGMESSAGE:message}",
    ),
    ("TOMCAT_DATESTAMP", r"(?:%{CATALINA8_DATESTAMP})|(?:%{CATALINA7_DATESTAMP})|(?:%{TOMCATLEGACY_DATESTAMP})"),
    ("TOMCATLOG", r"(?:%{TOMCAT8_LOG})|(?:%{TOMCAT7_LOG})|(?:%{TOMCATLEGACY_LOG})"),
    // Mail.
    ("EXIM_DATE", r"(?:%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME})"),
    ("EXIM_QUOTED_CONTENT", r#"(?:\\.|[^\\"])*"#),
    ("EXIM_UNKNOWN_FIELD", r#"(?:[A-Za-z0-9]{1,4}=(?:"%{EXIM_QUOTED_CONTENT}"|%{NOTSPACE}))"#),
    (
        "EXIM_NAMED_FIELDS",
        r"(?: (?:%{EXIM_REMOTE_HOST}|%{EXIM_INTERFACE}|%{EXIM_PROTOCOL}|%{EXIM_MSG_SIZE}|%{EXIM_HEADER_ID}|%{EXIM_SUBJECT}|%{EXIM_UNKNOWN_FIELD}))*",
    ),
    (
        "EXIM_MESSAGE_ARRIVAL",
        r"%{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim.log.message.id} (?<exim.log.flags><=) (?:<>|%{EMAILADDRESS:exim.log.sender.email})%{EXIM_NAMED_FIELDS}(?: for %{EMAILADDRESS:exim.log.recipient.email})?",
    ),
    ("EXIM", r"%{EXIM_MESSAGE_ARRIVAL}"),
];
