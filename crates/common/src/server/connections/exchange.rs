//! One request and its answer, between the framework's connection and the application: tells the
//! talk when a request begins and when its answer is made, gives its body a deadline, and hands the
//! answer on in pieces.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::error::PayloadError;
use actix_http::header::CONTENT_LENGTH;
use actix_http::{ConnectionType, HttpMessage as _, Payload, Request, Response, Version};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::web::Bytes;
use futures_util::{FutureExt as _, Stream};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::framing::{Body, Chunked};
use super::talk::Talk;

/// Bytes of an answer that are handed on at once: what a client does not take waits here, where it
/// may be shared with others, and not in each connection's buffer.
const PIECE: usize = 4 * 1024;

/// Bytes that are gathered before they are sent.
pub(super) const WRITE_BUFFER: usize = 2 * PIECE;

/// The application behind all that.
pub(super) fn beside<F>(
    application: F,
    body_timeout: Duration,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = Response<Answer>,
    Error = F::Error,
    InitError = F::InitError,
    Service = impl Service<Request, Response = Response<Answer>, Error = F::Error, Future: 'static>,
    Future: 'static,
>
where
    F: ServiceFactory<Request, Config = ()> + 'static,
    F::Service: Service<Request, Future: 'static>,
    F::Response: Into<Response<BoxBody>> + 'static,
    F::Error: Into<Response<BoxBody>> + 'static,
{
    apply_fn_factory(
        application,
        move |mut req: Request, service: &F::Service| {
            let talk = req.conn_data::<Rc<Talk>>().cloned();
            if let Some(talk) = &talk {
                talk.begun(announced(&mut req));
                if !matches!(req.payload(), Payload::None) {
                    let body = Inbound::new(req.take_payload(), Rc::clone(talk), body_timeout);
                    *req.payload() = Payload::Stream {
                        payload: Box::pin(body),
                    };
                }
            }
            let knows_chunks = req.version() >= Version::HTTP_11;
            service.call(req).map(move |outcome| {
                let mut answer = outcome.map_or_else(Into::into, Into::into);
                if !knows_chunks && answer.body().size() == BodySize::Stream {
                    // RFC 9112, 6.1: no chunks for an older version, so the end of the connection is
                    // the end of the body.
                    answer.head_mut().no_chunking(true);
                    answer.head_mut().set_connection_type(ConnectionType::Close);
                }
                if talk.as_ref().is_some_and(|talk| talk.is_asked()) {
                    answer.head_mut().set_connection_type(ConnectionType::Close);
                }
                Ok(answer.map_body(|_, body| Answer::new(body, talk)))
            })
        },
    )
}

/// What follows the head, as the framework has read it there.
fn announced(req: &mut Request) -> Option<Body> {
    if matches!(req.payload(), Payload::None) {
        return None;
    }
    if req.chunked().unwrap_or(false) {
        return Some(Body::Chunked(Chunked::default()));
    }
    let length = req.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.trim().parse().ok());
    Some(length.map_or(Body::Endless, Body::Sized))
}

/// The body of a request. One that stops arriving does not hold its request: whoever reads it finds
/// it cut off after a while and refuses it as bad input in the contract's own words. The server's
/// own limit, which is there for its own faults, is longer and answers 503.
struct Inbound {
    /// Nothing when it was cut off.
    body: Option<Payload>,
    talk: Rc<Talk>,
    late: Pin<Box<Sleep>>,
    /// Made when it has to be waited for the first time: most bodies come with their heads.
    hurried: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Inbound {
    fn new(body: Payload, talk: Rc<Talk>, limit: Duration) -> Self {
        Self {
            body: Some(body),
            talk,
            late: Box::pin(sleep(limit)),
            hurried: None,
        }
    }

    /// Why it is not waited for more of it, if it is not.
    fn poll_given_up(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.late.as_mut().poll(cx).is_ready() {
            return Poll::Ready("the body stopped arriving");
        }
        let talk = &self.talk;
        let hurried = self.hurried.get_or_insert_with(|| Box::pin(talk.hurried()));
        ready!(hurried.as_mut().poll(cx));
        talk.gives_up();
        Poll::Ready("the server stops")
    }
}

impl Stream for Inbound {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        match Pin::new(body).poll_next(cx) {
            Poll::Ready(next) => Poll::Ready(next),
            Poll::Pending => {
                self.talk.is_hungry();
                let why = ready!(self.poll_given_up(cx));
                self.body = None;
                let late = Error::new(ErrorKind::TimedOut, why);
                Poll::Ready(Some(Err(PayloadError::Io(late))))
            }
        }
    }
}

/// The body of an answer, in pieces.
pub(super) struct Answer {
    body: BoxBody,
    rest: Bytes,
    talk: Option<Rc<Talk>>,
}

impl Answer {
    const fn new(body: BoxBody, talk: Option<Rc<Talk>>) -> Self {
        Self {
            body,
            rest: Bytes::new(),
            talk,
        }
    }
}

impl MessageBody for Answer {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_next(cx)) {
                Some(Ok(bytes)) => self.rest = bytes,
                None => return Poll::Ready(None),
                // The framework would write each such error into the log.
                Some(Err(error)) => {
                    let Some(talk) = &self.talk else {
                        return Poll::Ready(Some(Err(error)));
                    };
                    talk.broke_off();
                    return Poll::Pending;
                }
            }
            // What is shared, as a document is, takes no memory of its own.
            if let Some(talk) = &self.talk
                && self.rest.len() > PIECE
                && self.rest.is_unique()
            {
                talk.holds(self.rest.len());
            }
        }
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(self.rest.split_to(length))))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(talk) = &self.talk {
            talk.answered();
        }
    }
}
