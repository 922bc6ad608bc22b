//! How people stand in channels: what invitations must know before it shows or accepts anything.

use std::collections::{BTreeSet, HashMap};

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;
use latchkey_peers::channels::{ChannelId, ChannelType, Seat, Standing, StandingQuestion};

use super::App;
use crate::store::members;

/// One answer a question, in the order asked; one query for up to [`MAX_BATCH`] questions.
pub(crate) async fn standings(
    app: &App,
    questions: Vec<StandingQuestion>,
) -> Result<Vec<Option<Standing>>, Fault> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let now = app.db.now();
    app.db
        .read(move |conn| {
            let mut answers = Vec::with_capacity(questions.len());
            for chunk in questions.chunks(MAX_BATCH) {
                let channels: BTreeSet<ChannelId> = chunk.iter().map(|q| q.channel).collect();
                let users: BTreeSet<UserId> =
                    chunk.iter().flat_map(|q| q.users.iter().copied()).collect();
                let channels: Vec<ChannelId> = channels.into_iter().collect();
                let users: Vec<UserId> = users.into_iter().collect();
                let mut known = HashMap::new();
                for some_users in pieces(&users) {
                    for row in members::standings(conn, &channels, some_users, now)? {
                        let (channel, name, channel_type, seat) = row;
                        let (_, _, all) = known
                            .entry(channel)
                            .or_insert_with(|| (name, channel_type, HashMap::new()));
                        all.extend(seat);
                    }
                }
                answers.extend(chunk.iter().map(|question| answer(&known, question)));
            }
            Ok(answers)
        })
        .await
}

/// Bounded pieces, and one empty piece for nobody: the channels are asked for all the same.
fn pieces(users: &[UserId]) -> Vec<&[UserId]> {
    if users.is_empty() {
        return vec![users];
    }
    users.chunks(10 * MAX_BATCH).collect()
}

type Known = HashMap<ChannelId, (String, ChannelType, HashMap<UserId, Seat>)>;

fn answer(known: &Known, question: &StandingQuestion) -> Option<Standing> {
    let (name, channel_type, held) = known.get(&question.channel)?;
    Some(Standing {
        name: name.clone(),
        channel_type: *channel_type,
        seats: question
            .users
            .iter()
            .map(|user| held.get(user).copied())
            .collect(),
    })
}
