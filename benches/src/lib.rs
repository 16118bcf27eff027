//! Made-up CloudTrail events, for the benchmarks beside it and for comparisons with other tools.

/// Services and their actions, the most frequent first.
const ACTIONS: &[(&str, &str, Shape)] = &[
    ("sts", "AssumeRole", Shape::Role),
    ("s3", "GetObject", Shape::Object),
    ("kms", "Decrypt", Shape::Key),
    ("ec2", "DescribeInstances", Shape::Filter),
    ("s3", "PutObject", Shape::Object),
    ("kms", "GenerateDataKey", Shape::Key),
    ("s3", "ListObjects", Shape::Object),
    ("sts", "GetCallerIdentity", Shape::Nothing),
    ("logs", "CreateLogStream", Shape::Name),
    ("s3", "HeadObject", Shape::Object),
    ("ec2", "DescribeVolumes", Shape::Filter),
    ("secretsmanager", "GetSecretValue", Shape::Name),
    ("ec2", "DescribeSecurityGroups", Shape::Filter),
    ("ssm", "GetParameter", Shape::Name),
    ("s3", "ListBuckets", Shape::Nothing),
    ("ec2", "DescribeNetworkInterfaces", Shape::Filter),
    ("iam", "GetPolicyVersion", Shape::Name),
    ("autoscaling", "DescribeAutoScalingGroups", Shape::Filter),
    ("s3", "DeleteObject", Shape::Object),
    ("iam", "GetRole", Shape::Name),
    ("lambda", "Invoke", Shape::Name),
    ("rds", "DescribeDBInstances", Shape::Filter),
    ("ecr", "BatchGetImage", Shape::Name),
    ("ec2", "RunInstances", Shape::Filter),
    ("signin", "ConsoleLogin", Shape::Nothing),
    ("iam", "CreateUser", Shape::Name),
    ("iam", "CreateAccessKey", Shape::Name),
    ("cloudtrail", "StopLogging", Shape::Name),
];

const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"];

const AGENTS: [&str; 4] = [
    "aws-sdk-go/1.44.122 (go1.19.13; linux; amd64)",
    "Boto3/1.34.49 md/Botocore#1.34.49 ua/2.0 os/linux#5.10.209 md/arch#x86_64 lang/python#3.11.6",
    "aws-cli/2.15.30 Python/3.11.8 Linux/6.1.79 exe/x86_64 prompt/off command/s3.cp",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
];

/// The kinds of request parameters.
#[derive(Clone, Copy)]
enum Shape {
    Nothing,
    Name,
    Object,
    Key,
    Role,
    Filter,
}

/// Numbers without end from a seed (SplitMix64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, end: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((end as f64 + 1.0).powf(unit) - 1.0) as usize % end
    }

    fn of(&mut self, letters: &str, count: usize) -> String {
        (0..count).map(|_| char::from(letters.as_bytes()[self.below(letters.len())])).collect()
    }

    fn hex(&mut self, count: usize) -> String {
        self.of("0123456789abcdef", count)
    }

    fn uuid(&mut self) -> String {
        [8, 4, 4, 4, 12].map(|count| self.hex(count)).join("-")
    }
}

/// One event, in both forms.
#[derive(Clone, Debug)]
pub struct Event {
    /// The record as CloudTrail delivers it, JSON.
    pub raw: String,
    /// The ECS document that Elastic's AWS integration makes of it, JSON.
    pub document: String,
    /// Whether it is a copy under a key of another account.
    pub is_hit: bool,
}

/// Request parameters as JSON and as the integration prints them.
struct Parameters {
    json: String,
    text: Option<String>,
}

impl Parameters {
    fn of(pairs: &[(&str, &str)]) -> Self {
        let json: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
        let text: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Self { json: format!("{{{}}}", json.join(",")), text: Some(format!("{{{}}}", text.join(", "))) }
    }
}

/// Who there is and what they have. It gives events without end, in the order of their times.
#[derive(Debug)]
pub struct World {
    random: Random,
    accounts: Vec<String>,
    strangers: Vec<String>,
    addresses: Vec<String>,
    seconds: i64,
}

impl World {
    /// The same seed gives the same events.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut digits = |count: usize| -> Vec<String> {
            (0..count).map(|_| format!("{}{}", 1 + random.below(9), random.of("0123456789", 11))).collect()
        };
        let (accounts, strangers) = (digits(12), digits(3));
        let addresses = (0..4000)
            .map(|_| {
                format!(
                    "{}.{}.{}.{}",
                    3 + random.below(200),
                    random.below(256),
                    random.below(256),
                    1 + random.below(254)
                )
            })
            .collect();
        Self { random, accounts, strangers, addresses, seconds: 1_709_251_200 }
    }

    fn parameters(&mut self, shape: Shape, region: &str, account: &str) -> Parameters {
        let name = format!("{}-{}", ["prod", "dev", "data", "shared"][self.random.below(4)], self.random.skewed(300));
        let id = self.random.hex(16);
        match shape {
            Shape::Nothing => Parameters { json: "null".to_owned(), text: None },
            Shape::Name => Parameters::of(&[("name", &name)]),
            Shape::Object => {
                let host = format!("{name}.s3.{region}.amazonaws.com");
                Parameters::of(&[("bucketName", &name), ("Host", &host), ("key", &format!("in/{id}.parquet"))])
            }
            Shape::Key => {
                let key = format!("arn:aws:kms:{region}:{account}:key/{}", self.random.uuid());
                Parameters::of(&[("keyId", &key), ("encryptionAlgorithm", "SYMMETRIC_DEFAULT")])
            }
            Shape::Role => {
                let role = format!("arn:aws:iam::{account}:role/{name}");
                Parameters::of(&[("roleSessionName", &format!("i-{id}")), ("roleArn", &role)])
            }
            Shape::Filter => {
                let json = format!(
                    "{{\"filterSet\":{{\"items\":[{{\"name\":\"tag:Name\",\"valueSet\":{{\"items\":[{{\"value\":\"{name}\"}}]}}}},{{\"name\":\"vpc-id\",\"valueSet\":{{\"items\":[{{\"value\":\"vpc-{id}\"}}]}}}}]}},\"maxResults\":1000}}"
                );
                let text = json.replace(['"'], "").replace(':', "=").replace(',', ", ");
                Parameters { json, text: Some(text) }
            }
        }
    }

    /// Parameters of a copy, and whether the key is a stranger's.
    fn copy(&mut self, region: &str, account: &str) -> (Parameters, bool) {
        let is_hit = self.random.below(20) == 0;
        let owner = if is_hit { self.strangers[self.random.below(3)].clone() } else { account.to_owned() };
        let key = format!("arn:aws:kms:{region}:{owner}:key/{}", self.random.uuid());
        let bucket = format!("lake-{}", self.random.skewed(300));
        let object = format!("in/{}.parquet", self.random.hex(16));
        let pairs = [
            ("bucketName", bucket.clone()),
            ("x-amz-server-side-encryption-aws-kms-key-id", key),
            ("Host", format!("{bucket}.s3.{region}.amazonaws.com")),
            ("x-amz-server-side-encryption", "aws:kms".to_owned()),
            ("x-amz-copy-source", format!("{bucket}/{object}")),
            ("key", object),
        ];
        (Parameters::of(&pairs.each_ref().map(|(key, value)| (*key, value.as_str()))), is_hit)
    }

    /// The next event.
    pub fn event(&mut self) -> Event {
        self.seconds += i64::from(self.random.below(30) == 0);
        let time = time(self.seconds);
        let is_copy = self.random.below(200) == 0;
        let (service, action, shape) =
            if is_copy { ("s3", "CopyObject", Shape::Object) } else { ACTIONS[self.random.skewed(ACTIONS.len())] };
        let account = self.accounts[self.random.skewed(12)].clone();
        let region = REGIONS[self.random.skewed(4)];
        let (parameters, is_hit) =
            if is_copy { self.copy(region, &account) } else { (self.parameters(shape, region, &account), false) };
        let (ip, agent) = (self.addresses[self.random.skewed(4000)].clone(), AGENTS[self.random.below(4)]);
        let failed = !is_copy && self.random.below(25) == 0;
        let role =
            format!("{}-{}", ["eks-node", "ci-deploy", "backup", "etl"][self.random.below(4)], self.random.skewed(90));
        let session = format!("i-{}", self.random.hex(17));
        let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
        let principal = format!("AROA{}", self.random.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17));
        let key_id = format!("ASIA{}", self.random.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        let (event_id, request) = (self.random.uuid(), self.random.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        let code = if failed { ",\"errorCode\":\"AccessDenied\",\"errorMessage\":\"not allowed\"" } else { "" };
        let outcome = if failed { "failure" } else { "success" };
        let json = &parameters.json;
        let issuer = format!(
            "{{\"type\":\"Role\",\"principalId\":\"{principal}\",\"arn\":\"arn:aws:iam::{account}:role/{role}\",\"accountId\":\"{account}\",\"userName\":\"{role}\"}}"
        );
        let raw = format!(
            "{{\"eventVersion\":\"1.09\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"{principal}:{session}\",\"arn\":\"{arn}\",\"accountId\":\"{account}\",\"accessKeyId\":\"{key_id}\",\"sessionContext\":{{\"sessionIssuer\":{issuer},\"attributes\":{{\"creationDate\":\"{time}\",\"mfaAuthenticated\":\"false\"}}}}}},\"eventTime\":\"{time}\",\"eventSource\":\"{service}.amazonaws.com\",\"eventName\":\"{action}\",\"awsRegion\":\"{region}\",\"sourceIPAddress\":\"{ip}\",\"userAgent\":\"{agent}\"{code},\"requestParameters\":{json},\"responseElements\":null,\"requestID\":\"{request}\",\"eventID\":\"{event_id}\",\"readOnly\":true,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"{account}\",\"eventCategory\":\"Management\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"{service}.{region}.amazonaws.com\"}}}}"
        );
        let text = parameters.text.map_or_else(|| "null".to_owned(), |text| format!("\"{text}\""));
        let document = format!(
            "{{\"@timestamp\":\"{time}\",\"ecs\":{{\"version\":\"8.11.0\"}},\"data_stream\":{{\"type\":\"logs\",\"dataset\":\"aws.cloudtrail\",\"namespace\":\"default\"}},\"event\":{{\"kind\":\"event\",\"module\":\"aws\",\"dataset\":\"aws.cloudtrail\",\"provider\":\"{service}.amazonaws.com\",\"action\":\"{action}\",\"outcome\":\"{outcome}\",\"id\":\"{event_id}\",\"type\":[\"info\"],\"created\":\"{time}\",\"ingested\":\"{time}\"}},\"cloud\":{{\"provider\":\"aws\",\"region\":\"{region}\",\"account\":{{\"id\":\"{account}\"}}}},\"user\":{{\"id\":\"{principal}:{session}\",\"name\":\"{role}\"}},\"source\":{{\"ip\":\"{ip}\",\"address\":\"{ip}\",\"geo\":{{\"city_name\":\"Ashburn\",\"country_iso_code\":\"US\",\"country_name\":\"United States\",\"location\":{{\"lat\":39.0469,\"lon\":-77.4903}}}},\"as\":{{\"number\":14618,\"organization\":{{\"name\":\"Amazon.com, Inc.\"}}}}}},\"user_agent\":{{\"original\":\"{agent}\",\"name\":\"aws-sdk\",\"version\":\"1.44.122\",\"device\":{{\"name\":\"Other\"}}}},\"aws\":{{\"cloudtrail\":{{\"event_version\":\"1.09\",\"event_type\":\"AwsApiCall\",\"event_category\":\"Management\",\"read_only\":true,\"management_event\":true,\"recipient_account_id\":\"{account}\",\"request_id\":\"{request}\",\"request_parameters\":{text},\"response_elements\":null,\"flattened\":{{\"request_parameters\":{json}}},\"user_identity\":{{\"type\":\"AssumedRole\",\"arn\":\"{arn}\",\"access_key_id\":\"{key_id}\",\"session_context\":{{\"creation_date\":\"{time}\",\"mfa_authenticated\":\"false\",\"session_issuer\":{{\"type\":\"Role\",\"principal_id\":\"{principal}\",\"arn\":\"arn:aws:iam::{account}:role/{role}\",\"account_id\":\"{account}\"}}}}}}}}}},\"tls\":{{\"version\":\"1.3\",\"version_protocol\":\"tls\",\"cipher\":\"TLS_AES_128_GCM_SHA256\",\"client\":{{\"server_name\":\"{service}.{region}.amazonaws.com\"}}}},\"agent\":{{\"type\":\"filebeat\",\"version\":\"8.12.0\",\"name\":\"collector-1\",\"id\":\"5b6a2f0e-6d0c-4b35-9d5e-0f3f6a1c2b7d\"}},\"related\":{{\"ip\":[\"{ip}\"],\"user\":[\"{role}\"]}},\"tags\":[\"forwarded\",\"aws-cloudtrail\"]}}"
        );
        Event { raw, document, is_hit: is_hit && is_copy }
    }
}

/// A time in March 2024 or later, as CloudTrail writes it.
fn time(seconds: i64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (mut day, mut month) = (days - 19_783, 3);
    for length in [31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        (day, month) = (day - length, month + 1);
    }
    format!("2024-{month:02}-{:02}T{:02}:{:02}:{:02}Z", day + 1, of_day / 3600, of_day / 60 % 60, of_day % 60)
}
