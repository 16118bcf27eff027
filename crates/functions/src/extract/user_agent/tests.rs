use quarry_types::{DataType, Value};

use super::super::rows::run;
use super::*;

fn parse(text: &str) -> Vec<String> {
    let options = UserAgentOptions { extract_device_type: true, properties: None, ..UserAgentOptions::default() };
    run(&UserAgent::new("a", &options).unwrap(), DataType::Keyword, text.into())
}

#[test]
fn browsers_are_known() {
    let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    assert_eq!(
        parse(chrome),
        [
            "a.name=Chrome",
            "a.version=140.0.0.0",
            "a.os.name=Mac OS X",
            "a.os.version=10.15.7",
            "a.os.full=Mac OS X 10.15.7",
            "a.device.name=Mac",
            "a.device.type=Desktop"
        ]
    );
    let firefox = "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0";
    assert_eq!(
        parse(firefox),
        [
            "a.name=Firefox",
            "a.version=24.0",
            "a.os.name=Windows",
            "a.os.version=7",
            "a.os.full=Windows 7",
            "a.device.type=Desktop"
        ]
    );
    let names = |text: &str| parse(text)[..2].join(" ");
    assert_eq!(names(&format!("{chrome} Edg/139.1")), "a.name=Edge a.version=139.1");
    assert_eq!(
        names("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"),
        "a.name=IE a.version=11.0"
    );
    let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
    assert_eq!(
        parse(safari),
        [
            "a.name=Mobile Safari",
            "a.version=17.0",
            "a.os.name=iOS",
            "a.os.version=17.0",
            "a.os.full=iOS 17.0",
            "a.device.name=iPhone",
            "a.device.type=Phone"
        ]
    );
}

#[test]
fn tools_of_cloud_users_are_known() {
    let plain =
        |text: &str| run(&UserAgent::new("a", &UserAgentOptions::default()).unwrap(), DataType::Keyword, text.into());
    assert_eq!(
        plain("[aws-cli/2.17.60 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64]"),
        ["a.name=aws-cli", "a.version=2.17.60"]
    );
    assert_eq!(
        plain("aws-cli/2.18.17 md/awscrt#0.22 ua/2.0 os/linux#6.8.0-1016-aws md/arch#x86_64"),
        ["a.name=aws-cli", "a.version=2.18.17", "a.os.name=Linux"]
    );
    assert_eq!(
        plain("aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184-0.1.ac.235 botocore/1.12.239"),
        [
            "a.name=aws-cli",
            "a.version=1.16.248",
            "a.os.name=Linux",
            "a.os.version=4.9.184",
            "a.os.full=Linux 4.9.184",
            "a.device.name=Spider"
        ]
    );
    assert_eq!(
        plain("aws-cli/1.3.2 Python/2.7.5 Windows/7"),
        ["a.name=aws-cli", "a.version=1.3.2", "a.os.name=Windows"]
    );
    assert_eq!(plain("aws-sdk-go/1.55.5 (go1.23.8; windows; amd64)"), ["a.name=aws-sdk-go", "a.version=1.55.5"]);
    assert_eq!(plain("curl/7.68.0"), ["a.name=curl", "a.version=7.68.0"]);
    assert_eq!(plain("kubectl/v1.29.0 (linux/amd64)"), ["a.name=kubectl", "a.version=1.29.0"]);
    assert_eq!(plain("signin.amazonaws.com"), Vec::<String>::new());
    assert_eq!(plain(""), Vec::<String>::new());
}

#[test]
fn properties_choose_columns() {
    let options = UserAgentOptions {
        extract_device_type: false,
        properties: Some(vec!["os".into(), "NAME".into()]),
        ..UserAgentOptions::default()
    };
    let names: Vec<String> =
        UserAgent::new("a", &options).unwrap().columns().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.name", "a.os.name", "a.os.version", "a.os.full"]);
    let options = UserAgentOptions {
        extract_device_type: false,
        properties: Some(vec!["x".into()]),
        ..UserAgentOptions::default()
    };
    assert_eq!(
        UserAgent::new("a", &options).unwrap_err(),
        "illegal property value [x]. valid values are [name, version, os, device]"
    );
    let null = run(&UserAgent::new("a", &UserAgentOptions::default()).unwrap(), DataType::Null, Value::Null);
    assert!(null.is_empty());
}

/// Strings of Elastic's own test pairs, with what its processor makes of them.
#[test]
fn parts_are_those_of_the_processor() {
    let all = |text: &str| {
        ["name", "version", "device.name", "os.name", "os.version", "os.full"]
            .map(|name| part(name).unwrap()(text).unwrap_or_default())
            .join("|")
    };
    for (text, expected) in [
        ("signin.amazonaws.com", "Other||Other|||"),
        ("[aws-cli/2.17.60 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#x86_64]", "aws-cli|2.17.60|Other|||"),
        (
            "aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184-0.1.ac.235.83.329.metal1.x86_64 botocore/1.12.239",
            "aws-cli|1.16.248|Spider|Linux|4.9.184|Linux 4.9.184",
        ),
        ("aws-cli/1.3.2 Python/2.7.5 Windows/7", "aws-cli|1.3.2|Other|Windows||"),
        ("aws-cli/1.10.32 Python/2.7.9 Windows/7 botocore/1.4.22", "aws-cli|1.10.32|Spider|Windows||"),
        ("aws-cli/2.18.17 md/awscrt#0.22.0 ua/2.0 os/linux#6.8.0-1016-aws", "aws-cli|2.18.17|Other|Linux||"),
        ("aws-sdk-go/1.55.5 (go1.23.8; windows; amd64) exec-env/EC2", "aws-sdk-go|1.55.5|Other|||"),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0",
            "Firefox|24.0|Other|Windows|7|Windows 7",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
             Safari/537.36",
            "Chrome|140.0.0.0|Mac|Mac OS X|10.15.7|Mac OS X 10.15.7",
        ),
    ] {
        assert_eq!(all(text), expected, "{text}");
    }
    assert!(part("brand").is_none());
}
