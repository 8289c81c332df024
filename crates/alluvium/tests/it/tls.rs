//! TLS on the port: both protocols by ALPN, plain HTTP beside it, and errors that name a bad file.
//!
//! The certificate in `tls/` is valid for a hundred years and its key is no secret.

use std::path::{Path, PathBuf};

use tokio::net::TcpStream;

use crate::program::{Server, finished, text};
use crate::wire_client::{Connection, authority, tls};

pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls").join(name)
}

/// `serve` with the tests' certificate.
pub(crate) fn server_with_tls(data_dir: &Path) -> Server {
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    Server::start(data_dir, &["--tls-certificate", text(&certificate), "--tls-key", text(&key)])
}

#[tokio::test]
async fn tls_and_plain_http_share_the_port_in_both_versions() {
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let endpoint = server.ready["tls_endpoint"].as_str().expect("the ready line names it").to_owned();
    for (offered, chosen) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1", "h2"], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&["h2"], Some("h2")),
        (&[], None),
    ] {
        let stream = tls(&endpoint, offered).await;
        let agreed =
            stream.get_ref().1.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        assert_eq!(agreed.as_deref(), chosen, "{offered:?}");
        let mut connection = match chosen {
            Some("h2") => Connection::h2(stream).await,
            _ => Connection::h1(stream).await,
        };
        // Twice: the connection is kept.
        for _ in 0..2 {
            let (status, body) = connection.kinesis(&endpoint, "ListStreams", "{}".to_owned()).await.unwrap();
            assert_eq!((status, &body["StreamNames"]), (200, &serde_json::json!([])), "{offered:?}");
        }
    }
    let plain = || TcpStream::connect(authority(&server.endpoint));
    for mut connection in
        [Connection::h1(plain().await.unwrap()).await, Connection::h2(plain().await.unwrap()).await]
    {
        let answer = connection.kinesis(&server.endpoint, "ListStreams", "{}".to_owned()).await.unwrap();
        assert_eq!(answer.0, 200);
    }
}

#[tokio::test]
async fn a_configuration_names_the_files_beside_itself() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["certificate.pem", "key.pem"] {
        fs_err::copy(file(name), dir.path().join(name)).unwrap();
    }
    let config = dir.path().join("alluvium.yaml");
    fs_err::write(&config, "tls: {certificate: certificate.pem, key: key.pem}\n").unwrap();
    let server = Server::start(&dir.path().join("data"), &["-c", text(&config)]);
    let stream = tls(server.ready["tls_endpoint"].as_str().unwrap(), &["h2"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[test]
fn a_bad_certificate_or_key_is_named_with_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = dir.path().join(name);
        fs_err::write(&path, content).unwrap();
        path
    };
    let whole = fs_err::read_to_string(file("certificate.pem")).unwrap();
    let cut = write("cut.pem", &whole[..whole.len() / 2]);
    let nothing = write("nothing.pem", "hello\n");
    let encrypted = write(
        "encrypted.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    let absent = dir.path().join("absent.pem");
    let other = file("authority.pem");
    let check = |certificate: &Path, key: &Path, parts: &[&str]| {
        let data_dir = dir.path().join("data");
        let done = finished(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
            text(&data_dir),
            "--tls-certificate",
            text(certificate),
            "--tls-key",
            text(key),
        ]);
        assert_eq!(done.code(), 2, "{}", done.stderr);
        for part in parts {
            assert!(done.stderr.contains(part), "{part:?} is not in: {}", done.stderr);
        }
        assert!(!data_dir.exists(), "nothing is made before the certificate is read");
    };
    check(&absent, &key, &["TLS certificate", "absent.pem"]);
    check(&certificate, &absent, &["TLS key", "absent.pem"]);
    check(&nothing, &key, &["nothing.pem", "BEGIN CERTIFICATE"]);
    check(&cut, &key, &["cut.pem", "damaged"]);
    check(&certificate, &nothing, &["nothing.pem", "BEGIN PRIVATE KEY"]);
    check(&certificate, &certificate, &["TLS key", "BEGIN PRIVATE KEY"]);
    check(&certificate, &encrypted, &["encrypted.pem", "password"]);
    check(&other, &key, &["authority.pem", "key.pem", "together"]);
    let alone = finished(&["serve", "--tls-certificate", text(&certificate)]);
    assert_eq!(alone.code(), 2);
    assert!(alone.stderr.contains("--tls-key"), "{}", alone.stderr);
}
