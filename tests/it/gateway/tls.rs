//! TLS by configuration.

use std::fs;
use std::process::Command;

use latchkey_testing::Home;
use serde_json::Value;

use super::front::Front;

#[tokio::test]
async fn with_a_certificate_the_gateway_speaks_tls() {
    let test = "with_a_certificate_the_gateway_speaks_tls";
    if latchkey_testing::missing(test, &["haproxy", "openssl"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, certificate, both) = (path("key"), path("certificate"), path("both.pem"));
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", "/CN=chat.example"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-addext", "subjectAltName=DNS:chat.example"])
        .args(["-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let pem = fs::read_to_string(&certificate).unwrap();
    fs::write(&both, format!("{pem}{}", fs::read_to_string(&key).unwrap())).unwrap();
    let home = Home::claim().unwrap();
    let listen = home.at(8443).to_string();
    let settings = [
        ("GATEWAY_CERTIFICATE", &*both),
        ("GATEWAY_LISTEN_TLS", &*listen),
        ("GATEWAY_PUBLIC_URL", "https://chat.example"),
    ];
    let Some(front) = Front::open(test, &settings) else {
        return;
    };
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes()).unwrap()])
        .resolve("chat.example", listen.parse().unwrap())
        .no_proxy()
        .build()
        .unwrap();
    let url = "https://chat.example:8443/api/status";
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("strict-transport-security"));
    let told: Value = answer.json().await.unwrap();
    assert_eq!(
        told["headers"]["x-forwarded-proto"],
        serde_json::json!(["https"])
    );
    // The plain port only shows the way, and keeps method and path.
    let moved = front.nobody().get("/register?t=1").await;
    assert_eq!(moved.status, 308, "{moved}");
    let location = moved.header("location");
    assert_eq!(location, Some("https://chat.example/register?t=1"));
    assert_eq!(front.asked("invitations"), 0);
}
