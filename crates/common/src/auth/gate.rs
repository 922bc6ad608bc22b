//! 401 precedes all. The framework runs a handler's extractors side by side and answers the first
//! failure, so a bad body, found at once, would win against a check that asks a database.
//! An input extractor that fails therefore waits here until the check, if there is one, has passed.

use actix_web::{HttpMessage as _, HttpRequest};
use tokio::sync::watch;

#[derive(Clone)]
struct Gate(watch::Receiver<bool>);

/// Held by the check of the credential; opens the gate when it has passed.
pub(super) struct Keeper(watch::Sender<bool>);

impl Keeper {
    pub(super) fn open(self) {
        self.0.send_replace(true);
    }
}

/// The check of a credential has begun for this request.
pub(super) fn close(req: &HttpRequest) -> Keeper {
    let (keeper, gate) = watch::channel(false);
    req.extensions_mut().insert(Gate(gate));
    Keeper(keeper)
}

/// Gives `refusal` back once the caller is known to be who may call, or at once where the call
/// needs no credential. Where the check refuses, this never resolves: that refusal is the answer.
pub async fn after_check<E>(req: &HttpRequest, refusal: E) -> E {
    let gate = req.extensions().get::<Gate>().cloned();
    if let Some(Gate(mut passed)) = gate
        && passed.wait_for(|passed| *passed).await.is_err()
    {
        return std::future::pending().await;
    }
    refusal
}
