//! `latchkey admin request …`.

use latchkey_invitations::operator::{
    DecideRequest, JoinRequestInfo, JoinRequestList, ListRequests,
};

use super::line::Line;
use crate::cli::Request;
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Request) -> Result<(), Trouble> {
    match command {
        Request::List { target } => {
            let all = |list: &JoinRequestList| list.requests.iter().map(told).collect();
            line.ask("join-requests/list", &ListRequests { target }, all)
                .await
        }
        Request::Approve { id, by } => {
            let reason = None;
            let ask = DecideRequest { id, by, reason };
            line.ask("join-requests/approve", &ask, |it| vec![told(it)])
                .await
        }
        Request::Reject { id, by, reason } => {
            let ask = DecideRequest { id, by, reason };
            line.ask("join-requests/reject", &ask, |it| vec![told(it)])
                .await
        }
    }
}

fn told(it: &JoinRequestInfo) -> String {
    let who = it.username.as_deref().unwrap_or("somebody who is gone");
    let (id, state, target, grants) = (&it.id, &it.state, &it.target, &it.grants);
    let said = it
        .message
        .as_ref()
        .map_or_else(String::new, |said| format!(": {said}"));
    format!("{id}  {state}  {who} into {target} ({grants}){said}")
}
