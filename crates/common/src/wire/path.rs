//! The variable parts of a path, before a contract reads them.

use actix_web::HttpRequest;

/// True when there is a NUL character in the path, which no database takes. A path is decoded twice: by
/// the router, and part by part for the handler, so that `%0%30` becomes one as `%00` does.
pub(super) fn has_nul(req: &HttpRequest) -> bool {
    let path = req.match_info().as_str();
    path.contains('\0') || path.contains("%00")
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, web};

    use crate::wire::input::Path;
    use crate::wire::plain::Plain;

    #[actix_web::test]
    async fn no_handler_is_given_a_nul() {
        let handler = async |name: Path<String, Plain>| name.0;
        let app = App::new().route("/a/{name}", web::get().to(handler));
        let app = init_service(app).await;
        for (name, status) in [
            ("a%00", 400),
            ("a%0%30", 400),
            ("%%30%30b", 400),
            ("a%2500", 200),
            ("%25%30%30", 200),
            ("100", 200),
        ] {
            let uri = format!("/a/{name}");
            let request = TestRequest::get().uri(&uri).to_request();
            let answer = call_service(&app, request).await;
            assert_eq!(answer.status(), status, "{uri}");
        }
    }
}
