//! Nobody is told anything without a session, on every path of the document.

use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use super::client::document;
use crate::house::house;
use crate::routes::filled;

async fn every_documented_operation_needs_a_session(backend: Backend) {
    let nobody = house(backend).nobody();
    assert_eq!(document().operations().len(), 8);
    for (method, path) in document().operations() {
        let path = filled(path);
        let answer = nobody.call(method.parse::<Method>().unwrap(), &path).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}

every_shape!(every_documented_operation_needs_a_session,);
