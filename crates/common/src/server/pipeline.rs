//! What happens to every request, in this order. Each step has its own file; this is the list.

use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing::Instrument as _;

use super::client::ClientAddress;
use super::command::Command;
use super::connections::Talk;
use super::contract::{Contract, Refusal};
use super::cors::Cors;
use super::edge::Edge;
use super::host::OtherHost;
use super::reader::Reader;
use super::request::RequestId;
use super::{comes_back, cookies, guard, head, headers, host, measure, origin, request};
use crate::auth::UserId;
use crate::fault::Fault;
use crate::rpc::context::{self, Context, Trace};
use crate::rpc::gate::Standing;
use crate::trail::Fact;

/// What a client asks. How long it waits is for nobody but us to say: a client that hurried us would leave
/// calls to other services behind whose outcome we no longer hear.
pub(super) async fn run<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let client = Client::At(ClientAddress::of(req.request()));
    answer(req, next, None, client, host::other).await
}

/// What somebody asks who is known to be one of us. A caller that waits for less than we would is not worked
/// for any longer.
pub(super) async fn run_for_one_of_us<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
    who: Standing,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let patience = context::patience(req.headers());
    let client = match who {
        Standing::Service(_) => Client::Told(context::client(req.headers())),
        Standing::Operator | Standing::Stranger => Client::At(ClientAddress::of(req.request())),
    };
    answer(req, next, patience, client, |_, _| None).await
}

/// From where the client calls.
enum Client {
    /// Who is connected.
    At(ClientAddress),
    /// What the service says that asks for it.
    Told(Option<String>),
}

async fn answer<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
    patience: Option<Duration>,
    client: Client,
    other_host: impl Fn(&ServiceRequest, &Edge) -> Option<OtherHost>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(edge) = req.app_data::<web::Data<Edge>>().cloned() else {
        let trouble = Refusal::Trouble(Fault::internal("no edge in the app's data"));
        let refuse = Contract::speaking(&[], req.path()).refuse;
        let answer = refuse(req.method(), trouble);
        return Err(InternalError::from_response("request failed", answer).into());
    };
    let began = Instant::now();
    let id = RequestId::of(req.headers());
    let trace = Trace::of(req.headers()).unwrap_or_else(|| Trace::begun(id.as_str()));
    let longest = edge.settings().server.request_timeout;
    let limit = patience.map_or(longest, |patience| patience.min(longest));
    let context = Context {
        request_id: id.as_str().to_owned(),
        trace,
        deadline: began + limit,
        client: match client {
            Client::At(address) => edge.settings().shown_address.show(address.0),
            Client::Told(client) => client,
        },
    };
    let span = request::span(&req, &context);
    let command = req.extensions_mut().remove::<Command>();
    let cors = Cors::of(&req, &edge);
    let method = req.method().clone();
    // The path as the router reads it, decoded: what is decided here must be about the same one.
    let path = req.match_info().as_str();
    let contract = edge.contract_of(path, req.head());
    req.extensions_mut().insert(id.clone());
    // Also what is refused without a handler may name the request.
    let (spoken, reader) = (context.clone(), Reader::who_asks(req.request()));
    let is_at_home = contract.is_at_home(path);
    let refuse = |refusal| {
        let words = || contract.tell(&method, (reader.as_ref(), is_at_home), refusal);
        context::during(spoken.clone(), words)
    };
    // Asked for before the handler runs: one that panics or takes too long leaves no request to ask.
    let route = req.resource_map().match_pattern(path);
    let is_endless = route.as_deref().is_some_and(|route| edge.is_endless(route));
    let comes_back = is_endless && comes_back::is_asked_for(&req);
    let talk = req.conn_data::<Rc<Talk>>().cloned();

    let mut outcome = if let Some(other) = other_host(&req, &edge) {
        span.in_scope(|| other.log());
        Ok(req.into_response(other.response()))
    } else if let Some(preflight) = cors.preflight(&req) {
        Ok(req.into_response(preflight))
    } else if let Some(foreign) = origin::foreign(&req, &edge, contract) {
        span.in_scope(|| foreign.log());
        Ok(req.into_response(refuse(Refusal::ForeignPage(foreign))))
    } else {
        context::within(context, guard::call(req, next, limit, refuse))
            .instrument(span.clone())
            .await
    };
    if let (Some(talk), Ok(answer)) = (&talk, &outcome)
        && let Some(person) = answer.request().extensions().get::<UserId>()
    {
        talk.knows(*person);
    }
    // Whoever read the body found it unreadable and did nothing.
    if let Some(lack) = talk.and_then(|talk| talk.lack()) {
        let short = Fault::overloaded(lack);
        outcome = Err(refuse(Refusal::Trouble(short)));
    }

    if let Ok(answer) = &mut outcome {
        cookies::send_again(answer, &edge, cors.is_other_site);
    }
    let (status, headers) = match &outcome {
        Ok(answer) => (answer.status(), answer.headers()),
        Err(answer) => (answer.status(), answer.headers()),
    };
    // The log and the metrics have the refusal as it was.
    if comes_back && let Some(stream) = comes_back::instead_of(status, headers) {
        outcome = match outcome {
            Ok(answer) => Ok(answer.into_response(stream)),
            Err(_) => Err(stream),
        };
    }
    let map = match &mut outcome {
        Ok(answer) => answer.headers_mut(),
        Err(answer) => answer.headers_mut(),
    };
    headers::harden(map, edge.strict_transport());
    cors.allow(map);
    id.write(map);

    let took = began.elapsed();
    measure::request(&method, route, status, took);
    span.in_scope(|| {
        record(command.as_ref(), status);
        request::log(status, took);
    });
    // The framework makes the answer of an error itself; this one is finished already.
    match outcome {
        Ok(answer) => Ok(answer.map_body(|_, body| head::body_for(&method, body))),
        Err(answer) => {
            let answer = answer.map_body(|_, body| head::body_for(&method, body));
            Err(InternalError::from_response("request failed", answer).into())
        }
    }
}

/// What the trail has of every call: what the operator did, and who was refused.
fn record(command: Option<&Command>, status: StatusCode) {
    if let Some(Command { path, target }) = command {
        Fact::Commanded {
            command: path,
            target,
            status: status.as_u16(),
        }
        .record();
    } else if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        Fact::Refused {
            status: status.as_u16(),
            why: None,
        }
        .record();
    }
}
