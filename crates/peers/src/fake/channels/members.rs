//! Who is in, until when.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;

use super::{Room, State};
use crate::channels::Permission;
use crate::channels::members::{Member, MemberError, MemberId, MembersOf, SetEnd};

impl State {
    pub(super) fn members(&self, ask: &MembersOf) -> Result<Vec<Member>, MemberError> {
        let mut all: Vec<Member> = self
            .all_members()
            .filter(|(room, one)| room.is_open && one.channel == ask.channel)
            .map(|(_, one)| one)
            .collect();
        if !all.iter().any(|one| one.user == ask.reader) {
            return Err(MemberError::NotFound);
        }
        let is_newest_first = ask.is_newest_first;
        all.sort_by_key(|one| if is_newest_first { -one.id.0 } else { one.id.0 });
        all.retain(|one| match ask.after {
            None => true,
            Some(after) if is_newest_first => one.id < after,
            Some(after) => one.id > after,
        });
        all.truncate(usize::try_from(ask.limit).expect("a small number"));
        Ok(all)
    }

    pub(super) fn set_end(&mut self, ask: SetEnd) -> Result<Member, MemberError> {
        let found = self.changeable(ask.member, ask.by)?;
        if found.ends_at != ask.ends_at && found.ends_at != ask.seen {
            return Err(MemberError::Changed);
        }
        match ask.ends_at {
            Some(end) => self.ends.insert(ask.member, end),
            None => self.ends.remove(&ask.member),
        };
        Ok(Member {
            ends_at: ask.ends_at,
            ..found
        })
    }

    pub(super) fn ending(&self, user: UserId, now: Millis, within: i64) -> Vec<(Member, String)> {
        let is_soon = |one: &Member| {
            one.ends_at
                .is_some_and(|end| end > now && end.0 - now.0 <= within)
        };
        let mine = self.all_members().filter(|(_, one)| one.user == user);
        let soon = mine.filter(|(_, one)| is_soon(one));
        soon.map(|(room, one)| (one, room.name.clone())).collect()
    }

    fn all_members(&self) -> impl Iterator<Item = (&Room, Member)> {
        self.rooms.iter().flat_map(move |(channel, room)| {
            room.members.iter().map(move |(user, seat)| {
                let member = Member {
                    id: MemberId(seat.since),
                    channel: *channel,
                    user: *user,
                    username: format!("user {user}"),
                    permissions: seat.permissions,
                    joined_at: Millis(seat.since),
                    ends_at: self.ends.get(&MemberId(seat.since)).copied(),
                };
                (room, member)
            })
        })
    }

    pub(super) fn member(
        &self,
        id: MemberId,
        reader: UserId,
    ) -> Result<(&Room, Member), MemberError> {
        let found = self.all_members().find(|(_, one)| one.id == id);
        let is_seen = |(room, _): &(&Room, Member)| room.members.contains_key(&reader);
        found.filter(is_seen).ok_or(MemberError::NotFound)
    }

    pub(super) fn changeable(&self, id: MemberId, by: UserId) -> Result<Member, MemberError> {
        let (room, found) = self.member(id, by)?;
        let seat = room.members.get(&by).ok_or(MemberError::NotFound)?;
        if found.user == by {
            return Err(MemberError::Own);
        }
        if !seat.permissions.contains(Permission::RemoveUsers) {
            return Err(MemberError::NotAllowed);
        }
        if found.user == room.owner {
            return Err(MemberError::Owner);
        }
        Ok(found)
    }
}
