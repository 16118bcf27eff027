use std::sync::Arc;

use quarry_types::Value;

use super::*;
use crate::{Settings, Site, Warnings};

/// The names that the reference knows.
const KNOWN: &str = "
    USERNAME USER EMAILLOCALPART EMAILADDRESS INT BASE10NUM NUMBER BASE16NUM BASE16FLOAT POSINT NONNEGINT
    WORD NOTSPACE SPACE DATA GREEDYDATA QUOTEDSTRING QS UUID URN MAC CISCOMAC WINDOWSMAC COMMONMAC IPV6 IPV4
    IP HOSTNAME IPORHOST HOSTPORT PATH UNIXPATH TTY WINPATH URIPROTO URIHOST URIPATH URIQUERY URIPARAM
    URIPATHPARAM URI MONTH MONTHNUM MONTHNUM2 MONTHDAY DAY YEAR HOUR MINUTE SECOND TIME DATE_US DATE_EU
    ISO8601_TIMEZONE ISO8601_SECOND TIMESTAMP_ISO8601 DATE DATESTAMP TZ DATESTAMP_RFC822 DATESTAMP_RFC2822
    DATESTAMP_OTHER DATESTAMP_EVENTLOG SYSLOGTIMESTAMP PROG SYSLOGPROG SYSLOGHOST SYSLOGFACILITY HTTPDATE
    SYSLOGBASE LOGLEVEL SYSLOG5424PRINTASCII SYSLOGBASE2 SYSLOGPAMSESSION CRON_ACTION CRONLOG SYSLOGLINE
    SYSLOG5424PRI SYSLOG5424SD SYSLOG5424BASE SYSLOG5424LINE HTTPDUSER HTTPDERROR_DATE HTTPD_COMMONLOG
    HTTPD_COMBINEDLOG HTTPD20_ERRORLOG HTTPD24_ERRORLOG HTTPD_ERRORLOG COMMONAPACHELOG COMBINEDAPACHELOG
    JAVACLASS JAVAFILE JAVAMETHOD JAVASTACKTRACEPART JAVATHREAD JAVALOGMESSAGE CATALINA7_DATESTAMP
    CATALINA7_LOG CATALINA8_DATESTAMP CATALINA8_LOG CATALINA_DATESTAMP CATALINALOG TOMCAT7_LOG TOMCAT8_LOG
    TOMCATLEGACY_DATESTAMP TOMCATLEGACY_LOG TOMCAT_DATESTAMP TOMCATLOG S3_REQUEST_LINE S3_ACCESS_LOG
    ELB_URIHOST ELB_URIPATHQUERY ELB_URIPATHPARAM ELB_URI ELB_REQUEST_LINE ELB_V1_HTTP_LOG ELB_ACCESS_LOG
    CLOUDFRONT_ACCESS_LOG BIND9_TIMESTAMP BIND9_DNSTYPE BIND9_CATEGORY BIND9_QUERYLOGBASE BIND9_QUERYLOG
    BIND9 BRO_BOOL BRO_DATA BRO_HTTP BRO_DNS BRO_CONN BRO_FILES ZEEK_BOOL ZEEK_DATA ZEEK_HTTP ZEEK_DNS
    ZEEK_CONN ZEEK_FILES_TX_HOSTS ZEEK_FILES_RX_HOSTS ZEEK_FILES NETSCREENSESSIONLOG CISCO_TAGGED_SYSLOG
    CISCOTIMESTAMP CISCOTAG CISCO_ACTION CISCO_REASON CISCO_DIRECTION CISCO_INTERVAL CISCO_XLATE_TYPE
    CISCO_HITCOUNT_INTERVAL CISCO_SRC_IP_USER CISCO_DST_IP_USER CISCO_SRC_HOST_PORT_USER
    CISCO_DST_HOST_PORT_USER CISCOFW104001 IPTABLES_TCP_FLAGS IPTABLES_TCP_PART IPTABLES4_FRAG IPTABLES4_PART
    IPTABLES6_PART IPTABLES SHOREWALL SFW2_LOG_PREFIX SFW2 HAPROXYTIME HAPROXYDATE
    HAPROXYCAPTUREDREQUESTHEADERS HAPROXYCAPTUREDRESPONSEHEADERS HAPROXYURI HAPROXYHTTPREQUESTLINE
    HAPROXYHTTPBASE HAPROXYHTTP HAPROXYTCP SQUID3_STATUS SQUID3 EXIM_MSGID EXIM_FLAGS EXIM_DATE EXIM_PID
    EXIM_QT EXIM_EXCLUDE_TERMS EXIM_REMOTE_HOST EXIM_INTERFACE EXIM_PROTOCOL EXIM_MSG_SIZE EXIM_HEADER_ID
    EXIM_QUOTED_CONTENT EXIM_SUBJECT EXIM_UNKNOWN_FIELD EXIM_NAMED_FIELDS EXIM_MESSAGE_ARRIVAL EXIM
    RT_FLOW_TAG RT_FLOW_EVENT RT_FLOW1 RT_FLOW2 RT_FLOW3 MAVEN_VERSION MCOLLECTIVE MCOLLECTIVEAUDIT MONGO_LOG
    MONGO_QUERY MONGO_SLOWQUERY MONGO_WORDDASH MONGO3_SEVERITY MONGO3_COMPONENT MONGO3_LOG POSTGRESQL
    REDISTIMESTAMP REDISLOG REDISMONLOG RUBY_LOGLEVEL RUBY_LOGGER RUUID RCONTROLLER RAILS3HEAD RPROCESSING
    RAILS3FOOT RAILS3PROFILE RAILS3 NAGIOSLOGLINE BACULA_LOGLINE CISCOFW104002 CISCOFW104003 CISCOFW104004
    CISCOFW105003 CISCOFW105004 CISCOFW105005 CISCOFW105008 CISCOFW105009 CISCOFW106001
    CISCOFW106006_106007_106010 CISCOFW106014 CISCOFW106015 CISCOFW106021 CISCOFW106023 CISCOFW106100_2_3
    CISCOFW106100 CISCOFW304001 CISCOFW110002 CISCOFW302010 CISCOFW302013_302014_302015_302016
    CISCOFW302020_302021 CISCOFW305011 CISCOFW313001_313004_313008 CISCOFW313005 CISCOFW321001 CISCOFW402117
    CISCOFW402119 CISCOFW419001 CISCOFW419002 CISCOFW500004 CISCOFW602303_602304
    CISCOFW710001_710002_710003_710005_710006 CISCOFW713172 CISCOFW733100
";

/// Runs patterns over one cell: the columns that aren't null, as `name=value`, then the warnings.
fn run(patterns: &[&str], input: impl Into<Value>) -> Vec<String> {
    let grok = Grok::new(patterns).unwrap();
    let input = Column::from_values(DataType::Keyword, [input.into()]);
    let (settings, site, mut warnings) = (Settings::default(), Arc::new(Site::default()), Warnings::default());
    let mut context = Context { rows: 1, site: &site, warnings: &mut warnings, settings: &settings };
    let wanted = vec![true; grok.columns.len()];
    let columns = grok.extract(&mut context, &input, &wanted);
    let values = grok.columns.iter().zip(&columns).filter(|(_, column)| !column.is_null(0));
    let mut shown: Vec<String> = values.map(|((name, _), column)| format!("{name}={}", column.value(0))).collect();
    shown.extend(warnings.texts().into_iter().skip(1));
    shown
}

fn one(pattern: &str, text: &str) -> Vec<String> {
    run(&[pattern], text)
}

fn names(pattern: &str) -> Vec<String> {
    Grok::new(&[pattern]).unwrap().columns().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_known_pattern_compiles() {
    let mut wrong = Vec::new();
    for name in KNOWN.split_whitespace().chain(pattern_names()) {
        if let Err(error) = Grok::new(&[&format!("%{{{name}}}")]) {
            wrong.push(format!("{name}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn columns_are_sorted_and_typed() {
    assert_eq!(
        one(
            "%{NUMBER:b:int} %{NUMBER:c:float} %{NUMBER:d:double} %{WORD:e:boolean} %{INT:a:long}",
            "12 15.5 0.1 TRUE 7"
        ),
        ["a=7", "b=12", "c=15.5", "d=0.1", "e=true"]
    );
    assert_eq!(one("%{NUMBER:x:float}", "0.1"), ["x=0.10000000149011612"]);
    assert_eq!(
        one("(?<x:int>[a-z]+)", "abc"),
        ["Line 0:0: java.lang.NumberFormatException: For input string: \"abc\""]
    );
}

#[test]
fn names_that_come_twice_make_lists() {
    assert_eq!(one("%{WORD:b} %{WORD:b}", "foo bar"), ["b=[foo, bar]"]);
    let list = Value::List(vec!["a b c".into(), "x".into(), "d e f".into()]);
    assert_eq!(run(&["%{WORD:p} %{WORD:q} %{WORD}"], list), ["p=[a, d]", "q=[b, e]"]);
    assert_eq!(run(&["%{WORD:a}"], Value::Null), Vec::<String>::new());
}

#[test]
fn the_first_pattern_that_matches_wins() {
    assert_eq!(run(&["ABC %{WORD:foo}", "XYZ %{WORD:bar}"], "XYZ it"), ["bar=it"]);
    assert_eq!(run(&["A(?<x>B)?", "A"], "A"), Vec::<String>::new());
}

#[test]
fn own_groups_may_have_any_name() {
    assert_eq!(one(r"id=(?<Esql.user-id>[^,}\]]+)(,|$)", "{id=7,x=1}"), ["Esql.user-id=7"]);
    assert_eq!(one(r"^b(?<@x>\h+)$", "a\nbc0\nd"), ["@x=c0"]);
}

#[test]
fn common_lines_are_taken_apart() {
    assert_eq!(
        one(
            "%{TIMESTAMP_ISO8601:date} %{IP:ip} %{EMAILADDRESS:email} %{NUMBER:num:int}",
            "1953-01-23T12:15:00Z 127.0.0.1 a.b@foo.com 42"
        ),
        ["date=1953-01-23T12:15:00Z", "email=a.b@foo.com", "ip=127.0.0.1", "num=42"]
    );
    assert_eq!(
        one("%{URIPROTO:protocol}://%{URIHOST:host}", "wget -q http://10.0.0.1:8080/x.sh"),
        ["host=10.0.0.1:8080", "protocol=http"]
    );
    assert_eq!(
        one(
            "%{COMBINEDAPACHELOG}",
            r#"10.1.2.3 - ann [10/Oct/2024:13:55:36 +0000] "GET /a?b=c HTTP/1.1" 200 - "-" "curl/8.0""#
        ),
        [
            "http.request.method=GET",
            "http.response.status_code=200",
            "http.version=1.1",
            "source.address=10.1.2.3",
            "timestamp=10/Oct/2024:13:55:36 +0000",
            "url.original=/a?b=c",
            "user.name=ann",
            "user_agent.original=curl/8.0"
        ]
    );
    assert_eq!(
        one("%{SYSLOGLINE}", "Mar  1 08:00:01 web1 sshd[4321]: Accepted publickey for root"),
        [
            "host.hostname=web1",
            "message=Accepted publickey for root",
            "process.name=sshd",
            "process.pid=4321",
            "timestamp=Mar  1 08:00:01"
        ]
    );
    assert_eq!(one("user %{QS:q}", r#"user "a \"b\" c" end"#), [r#"q="a \"b\" c""#]);
}

#[test]
fn built_in_patterns_name_their_columns() {
    assert_eq!(
        names("%{SYSLOGBASE}"),
        [
            "host.hostname",
            "log.syslog.facility.code",
            "log.syslog.priority",
            "process.name",
            "process.pid",
            "timestamp"
        ]
    );
    assert_eq!(
        names("%{COMMONAPACHELOG}"),
        [
            "apache.access.user.identity",
            "http.request.method",
            "http.response.body.bytes",
            "http.response.status_code",
            "http.version",
            "source.address",
            "timestamp",
            "url.original",
            "user.name"
        ]
    );
    assert!(names("%{URIHOST} %{URI}").is_empty());
}

#[test]
fn only_look_around_needs_backtracking() {
    let backtracks = |pattern: &str| Grok::new(&[pattern]).unwrap().matchers[0].backtracks();
    assert!(!backtracks("%{WORD:a} %{NOTSPACE:b} %{INT:c} %{GREEDYDATA:d} %{DATA} %{HOSTNAME:h} %{UUID}"));
    assert!(!backtracks("%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIMESTAMP_ISO8601}"));
    assert!(backtracks("%{IP:a}"));
}

#[test]
fn bad_patterns_are_refused() {
    let error = |patterns: &[&str]| Grok::new(patterns).unwrap_err().to_string();
    assert_eq!(
        error(&["%{FOO:a}"]),
        "Invalid pattern [%{FOO:a}] for grok: Unable to find pattern [FOO] in Grok's pattern dictionary"
    );
    assert_eq!(error(&["a", "(b"]), "Invalid grok pattern [(b]: [end pattern with unmatched parenthesis]");
    assert_eq!(
        error(&["%{WORD:x} %{WORD:x:int}"]),
        "Invalid GROK pattern [%{WORD:x} %{WORD:x:int}]: the attribute [x] is defined multiple times with different types"
    );
}
