//! What people see of their invitations.

use crate::app::channel::list_invitations::{ListError, list_into_channel, list_received};
use crate::app::registration::list_invitations::{RegistrationView, list_registration_invitations};
use crate::app::registration::remove_invitations::RemoveError;
use crate::domain::invitation::State;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::secret::Secret;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::{Backend, both_databases};

use crate::tests::unkeyed::remove_registration_invitations;
use crate::tests::world::World;

both_databases!(
    makers_see_their_tokens_again,
    lists_go_on_behind_a_key,
    what_is_removed_is_gone_from_the_list,
    a_removal_is_whole_or_nothing,
    channel_lists_show_present_names_to_members,
);

fn page(after: Option<i64>, limit: i64) -> Page {
    Page {
        after,
        limit: Some(limit),
    }
}

async fn mine(world: &World, user: UserId, page: &Page) -> Paged<RegistrationView> {
    list_registration_invitations(&world.app, user, page)
        .await
        .unwrap()
}

async fn tokens(world: &World, user: UserId) -> Vec<Secret> {
    let list = mine(world, user, &Page::default()).await;
    list.items.into_iter().map(|view| view.token).collect()
}

async fn remove(world: &World, user: UserId, tokens: &[&Secret]) -> Result<(), RemoveError> {
    let tokens = tokens.iter().map(|token| (*token).clone()).collect();
    remove_registration_invitations(&world.app, user, tokens).await
}

async fn makers_see_their_tokens_again(backend: Backend) {
    let world = World::new(backend);
    let (john, jane) = (world.users.account("John"), world.users.account("Jane"));
    let (one, two) = (world.invite(john).await, world.invite(john).await);
    let foreign = world.invite(jane).await;
    let made = world.sign_up(&two.token, "Joe4").await.unwrap();

    let list = mine(&world, john, &Page::default()).await;
    assert_eq!(list.next, None);
    let seen: Vec<_> = list
        .items
        .iter()
        .map(|view| (view.token.clone(), view.accepted.clone()))
        .collect();
    let accepted = Some((made.id, "Joe4".to_owned()));
    assert_eq!(seen, [(one.token, None), (two.token, accepted)]);
    assert_eq!(tokens(&world, jane).await, [foreign.token]);
}

async fn lists_go_on_behind_a_key(backend: Backend) {
    let world = World::new(backend);
    let john = world.users.account("John");
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.invite(john).await.invitation.id);
    }
    let mut seen = Vec::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let list = mine(&world, john, &page(after, 2)).await;
        pages += 1;
        seen.extend(list.items.iter().map(|view| view.invitation.id));
        after = list.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen, pages), (made, 3));

    let guest = world.users.account("guest");
    let mut offers = Vec::new();
    for _ in 0..3 {
        let channel = world.channels.create(john, ChannelType::Private);
        offers.push(world.offer(john, channel, guest).await.unwrap().id);
    }
    // The first one lost its ground: the page is shorter, and still says that it goes on.
    world.channels.close(ChannelId(1));
    let first = list_received(&world.app, guest, &page(None, 2))
        .await
        .unwrap();
    assert_eq!((first.items.len(), first.next), (1, Some(offers[1].0)));
    let rest = list_received(&world.app, guest, &page(first.next, 2))
        .await
        .unwrap();
    assert_eq!(rest.items[0].invitation.id, offers[2]);
    assert_eq!(rest.next, None);
}

async fn what_is_removed_is_gone_from_the_list(backend: Backend) {
    let world = World::new(backend);
    let john = world.users.account("John");
    let (open, used) = (world.invite(john).await, world.invite(john).await);
    world.sign_up(&used.token, "Jane").await.unwrap();
    remove(&world, john, &[&open.token, &used.token, &open.token])
        .await
        .unwrap();
    assert!(tokens(&world, john).await.is_empty());
    for invite in [&open, &used] {
        let again = remove(&world, john, &[&invite.token]).await;
        assert!(matches!(again, Err(RemoveError::NotFound)), "{again:?}");
    }
    // Both rows are there: one ended, the other as it was used.
    assert_eq!(world.row(open.invitation.id).await.state, State::Withdrawn);
    assert_eq!(world.row(used.invitation.id).await.state, State::Accepted);
    assert!(world.sign_up(&open.token, "Jill").await.is_err());
}

async fn a_removal_is_whole_or_nothing(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_INVITATIONS__MAX_REMOVE", "3")]);
    let (john, jane) = (world.users.account("John"), world.users.account("Jane"));
    let (own, foreign) = (world.invite(john).await, world.invite(jane).await);
    let outcome = remove(&world, john, &[&own.token, &foreign.token]).await;
    assert!(
        matches!(outcome, Err(RemoveError::NotAllowed)),
        "{outcome:?}"
    );
    let outcome = remove(&world, john, &[&own.token, &Secret::new("unknown")]).await;
    assert!(matches!(outcome, Err(RemoveError::NotFound)), "{outcome:?}");
    let outcome = remove(&world, john, &[&own.token; 4]).await;
    assert!(
        matches!(outcome, Err(RemoveError::Fault(Fault::Invalid(_)))),
        "{outcome:?}"
    );
    assert_eq!(tokens(&world, john).await, [own.token]);
}

async fn channel_lists_show_present_names_to_members(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    world.offer(owner, channel, guest).await.unwrap();
    let list = list_into_channel(&world.app, owner, channel, &Page::default()).await;
    let view = list.unwrap().items.remove(0);
    assert_eq!(view.sender, (owner, "owner".to_owned()));
    assert_eq!(view.recipient, (guest, "guest".to_owned()));
    assert_eq!(
        (view.channel, view.channel_name.as_str()),
        (channel, "channel 1")
    );
    let outside = list_into_channel(&world.app, guest, channel, &Page::default()).await;
    assert!(matches!(outside, Err(ListError::NotAllowed)), "{outside:?}");
    let nowhere = list_into_channel(&world.app, owner, ChannelId(99), &Page::default()).await;
    assert!(
        matches!(nowhere, Err(ListError::ChannelNotFound)),
        "{nowhere:?}"
    );
}
