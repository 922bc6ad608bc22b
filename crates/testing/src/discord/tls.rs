//! The same Discord behind TLS, with a certificate of an authority of ours that no system trusts.
//!
//! Authority and certificate (for `127.0.0.1` and `localhost`) are good until 2120 and lie beside this
//! file; nothing but these tests trusts them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::FakeDiscord;

const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// Takes TLS off and passes everything on. Stops when it is dropped.
pub struct TlsFront {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl FakeDiscord {
    /// Puts TLS in front of it.
    pub fn behind_tls(&self) -> TlsFront {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        drop(runtime.spawn(pass_on(listener, self.address)));
        TlsFront {
            address,
            runtime: Some(runtime),
        }
    }
}

impl TlsFront {
    /// What `LATCHKEY_DISCORD__API_BASE` must be.
    pub fn base(&self) -> String {
        format!("https://{}/api/v10", self.address)
    }

    /// The certificate of the authority.
    pub fn authority() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/discord/tls/ca.pem")
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        // Its threads cannot be waited for inside of another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn pass_on(listener: std::net::TcpListener, target: SocketAddr) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    let acceptor = TlsAcceptor::from(Arc::new(config()));
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        connections.spawn(async move {
            // Who does not trust the certificate goes away here.
            let mut outer = acceptor.accept(stream).await.ok()?;
            let mut inner = TcpStream::connect(target).await.ok()?;
            copy_bidirectional(&mut outer, &mut inner).await.ok()
        });
    }
}

fn config() -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("a key");
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate and its key")
}
