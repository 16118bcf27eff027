//! Programs.

use std::borrow::Cow;

use super::{after, version};

/// A program and its version.
#[derive(Debug)]
pub(super) struct Program<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) version: Option<String>,
}

/// Tools and libraries: how they begin their string, in lower case, and what they are called.
const TOOLS: &[(&str, &str)] = &[
    ("aws-cli", "aws-cli"),
    ("boto3", "Boto3"),
    ("botocore", "Botocore"),
    ("boto", "Boto"),
    ("aws-chalice", "aws-chalice"),
    ("aws-internal", "aws-internal"),
    ("aws-vault", "aws-vault"),
    ("awspowershell", "AWSPowerShell"),
    ("awslambdaworker", "AWSLambdaWorker"),
    ("elasticloadbalancing", "ElasticLoadBalancing"),
    ("s3console", "S3Console"),
    ("cloudfront", "CloudFront"),
    ("apn", "APN"),
    ("curl", "curl"),
    ("libcurl", "libcurl"),
    ("wget", "Wget"),
    ("python-requests", "Python Requests"),
    ("python-urllib", "Python-urllib"),
    ("python-httpx", "python-httpx"),
    ("python", "Python"),
    ("aiohttp", "aiohttp"),
    ("go-http-client", "Go-http-client"),
    ("okhttp", "okhttp"),
    ("apache-httpclient", "Apache-HttpClient"),
    ("postmanruntime", "PostmanRuntime"),
    ("insomnia", "insomnia"),
    ("axios", "axios"),
    ("node-fetch", "node-fetch"),
    ("java", "Java"),
    ("ruby", "Ruby"),
    ("guzzlehttp", "GuzzleHttp"),
    ("powershell", "PowerShell"),
    ("terraform", "Terraform"),
    ("hashicorp", "HashiCorp"),
    ("packer", "Packer"),
    ("pulumi", "Pulumi"),
    ("vault", "Vault"),
    ("kubectl", "kubectl"),
    ("kube-controller-manager", "kube-controller-manager"),
    ("kube-scheduler", "kube-scheduler"),
    ("kubelet", "kubelet"),
    ("helm", "Helm"),
    ("docker", "docker"),
    ("git", "git"),
    ("rclone", "rclone"),
    ("cyberduck", "Cyberduck"),
    ("winscp", "WinSCP"),
    ("s3browser", "S3Browser"),
    ("azure-cli", "azure-cli"),
    ("azurecli", "AZURECLI"),
    ("google-cloud-sdk", "google-cloud-sdk"),
    ("gcloud", "gcloud"),
    ("lynx", "Lynx"),
    ("links", "Links"),
    ("nmap", "Nmap"),
    ("nikto", "Nikto"),
    ("sqlmap", "sqlmap"),
    ("httpie", "HTTPie"),
];

/// Browsers: a marker followed by the version, and the name. The first marker found counts.
const BROWSERS: &[(&str, &str)] = &[
    ("EdgiOS/", "Edge Mobile"),
    ("EdgA/", "Edge Mobile"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("Opera/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("UCBrowser/", "UC Browser"),
    ("HeadlessChrome/", "HeadlessChrome"),
    ("PhantomJS/", "PhantomJS"),
    ("Electron/", "Electron"),
    ("FxiOS/", "Firefox iOS"),
    ("CriOS/", "Chrome Mobile iOS"),
    ("Thunderbird/", "Thunderbird"),
    ("SeaMonkey/", "SeaMonkey"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
];

/// The program that `text` speaks of.
pub(super) fn find(text: &str) -> Option<Program<'_>> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    tool(text).or_else(|| crawler(text)).or_else(|| browser(text))
}

/// A tool or library, which names itself first.
fn tool(text: &str) -> Option<Program<'_>> {
    let product = text.split([' ', ';', ',']).next().unwrap_or_default();
    let (name, rest) = product.split_once('/').unwrap_or((product, ""));
    let lower = name.to_ascii_lowercase();
    let is_sdk = lower.starts_with("aws-sdk") || lower.starts_with("azsdk") || lower.starts_with("terraform-provider");
    let name =
        if is_sdk { Cow::Borrowed(name) } else { Cow::Borrowed(TOOLS.iter().find(|(marker, _)| *marker == lower)?.1) };
    Some(Program { name, version: version(rest.trim_start_matches('v'), 4) })
}

/// A program that visits pages by itself: its name says so.
fn crawler(text: &str) -> Option<Program<'_>> {
    let words = text.split([' ', ';', '(', ')', ',']);
    for word in words {
        let (name, rest) = word.split_once('/').unwrap_or((word, ""));
        let lower = name.to_ascii_lowercase();
        let is_crawler = lower.ends_with("bot") || lower.ends_with("spider") || lower.ends_with("crawler");
        if is_crawler && !name.contains(':') && !rest.is_empty() {
            return Some(Program { name: Cow::Borrowed(name), version: version(rest, 4) });
        }
    }
    None
}

fn browser(text: &str) -> Option<Program<'_>> {
    let named = |name: &'static str, version| Some(Program { name: Cow::Borrowed(name), version });
    for (marker, name) in BROWSERS {
        let Some(rest) = after(text, marker) else { continue };
        let is_mobile = text.contains("Mobile") || text.contains("Android");
        let name = match *name {
            "Firefox" if is_mobile => "Firefox Mobile",
            "Chrome" if text.contains("; wv)") => "Chrome Mobile WebView",
            "Chrome" if text.contains("Mobile") => "Chrome Mobile",
            "Opera" if is_mobile => "Opera Mobile",
            name => name,
        };
        return named(name, version(rest, 4));
    }
    if let Some(rest) = after(text, "MSIE ") {
        return named("IE", version(rest, 2));
    }
    if text.contains("Trident/") {
        return named("IE", after(text, "rv:").and_then(|rest| version(rest, 2)));
    }
    let is_ios = ["iPhone", "iPad", "iPod"].iter().any(|device| text.contains(device));
    match after(text, " Version/").filter(|_| text.contains("Safari/")) {
        Some(rest) if is_ios => named("Mobile Safari", version(rest, 4)),
        Some(rest) if text.contains("Android") => named("Android", version(rest, 4)),
        Some(rest) => named("Safari", version(rest, 4)),
        None if is_ios && text.contains("AppleWebKit/") => named("Mobile Safari UI/WKWebView", None),
        None if text.contains("Safari/") && text.contains("Macintosh") => named("Safari", None),
        None => None,
    }
}
