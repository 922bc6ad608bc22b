//! What is asked of Discord, and what its failures come to.

use std::time::{Duration, Instant};

use latchkey_testing::discord::{BOT_TOKEN, CHANNEL, Reply};
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::world::{ANNA, BERT, BOSS, PATHS, World};

/// The documented answer to every failure of Discord's.
fn failure() -> Value {
    json!({
        "statusCode": 500,
        "error": "Internal Server Error",
        "message": "An internal server error occurred",
    })
}

/// POST fails after so many calls to Discord, leaves nothing, and works afterwards.
async fn fails(world: &World, replies: &[Reply], calls: usize) {
    let before = world.discord.calls();
    world.discord.reply(replies.iter().cloned());
    world.post(PATHS[0], ANNA).await.is(500, &failure());
    assert_eq!(world.discord.calls() - before, calls, "{replies:?}");
    world.get(PATHS[0], ANNA).await.ok(404);
}

async fn one_invite_is_asked_for_properly(backend: Backend) {
    let world = World::new(backend);
    let path = format!("{}?userId={BERT}", PATHS[0]);
    world.post(&path, BOSS).await.ok(201);
    let asked = &world.discord.asked()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.path, format!("/channels/{CHANNEL}/invites"));
    assert_eq!(
        asked.body,
        json!({"max_age": 0, "max_uses": 1, "unique": true})
    );
    let bearer = format!("Bot {BOT_TOKEN}");
    for (name, value) in [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("user-agent", "DiscordBot (https://town.example, 0.1.0)"),
        (
            "x-audit-log-reason",
            "Latchkey: link for user 3, asked for by user 1",
        ),
    ] {
        assert_eq!(asked.header(name), Some(value), "{name}");
    }
}

async fn what_discord_refuses_is_not_repeated(backend: Backend) {
    let world = World::new(backend);
    for reply in [
        Reply::InvalidForm,
        Reply::TooManyInvites,
        Reply::Unauthorized,
        Reply::MissingPermissions,
        Reply::UnknownChannel,
        Reply::Elsewhere,
    ] {
        fails(&world, &[reply], 1).await;
    }
    world.post(PATHS[0], ANNA).await.ok(201);
}

async fn what_may_have_worked_is_not_repeated(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_DISCORD__TIMEOUT_MS", "600")]);
    let begun = Instant::now();
    for reply in [
        Reply::Cut,
        Reply::CutAfterMaking,
        Reply::Garbled,
        Reply::Hang,
    ] {
        fails(&world, &[reply], 1).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    let made = world.post(PATHS[0], ANNA).await.ok(201);
    assert_eq!(
        world.discord.made(),
        3,
        "two that nobody here knows of, and Anna's"
    );
    let found = world.get(PATHS[0], ANNA).await.ok(200);
    assert_eq!(found["inviteLink"], made["inviteLink"]);
}

async fn what_is_broken_is_asked_five_times(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_DISCORD__TIMEOUT_MS", "8000")]);
    let broken = [Reply::BadGateway, Reply::Unavailable];
    let four: Vec<Reply> = broken.iter().cycle().take(4).cloned().collect();
    let five: Vec<Reply> = broken.iter().cycle().take(5).cloned().collect();
    fails(&world, &five, 5).await;
    world.discord.reply(four);
    world.post(PATHS[0], ANNA).await.ok(201);
    assert_eq!(world.discord.calls(), 10);
    let asked = world.discord.asked();
    for pair in asked[5..].windows(2) {
        let pause = pair[1].at.duration_since(pair[0].at);
        assert!(pause >= Duration::from_millis(90), "{pause:?}");
    }
}

async fn the_deadline_covers_the_repeats(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_DISCORD__TIMEOUT_MS", "350")]);
    world.discord.always(Some(Reply::BadGateway));
    let begun = Instant::now();
    world.post(PATHS[0], ANNA).await.is(500, &failure());
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        (2..5).contains(&world.discord.calls()),
        "{}",
        world.discord.calls()
    );
}

async fn nobody_there_is_no_server_error_of_another_kind(backend: Backend) {
    for base in ["http://127.0.0.1:1/api", "not a url", "https://", ""] {
        let world = World::with(
            backend,
            &[
                ("LATCHKEY_DISCORD__API_BASE", base),
                ("LATCHKEY_DISCORD__TIMEOUT_MS", "500"),
            ],
        );
        world.post(PATHS[0], ANNA).await.is(500, &failure());
        world.get(PATHS[0], ANNA).await.ok(404);
        assert_eq!(world.discord.calls(), 0);
    }
}

async fn without_a_bot_nothing_is_asked(backend: Backend) {
    for missing in [
        "LATCHKEY_DISCORD__BOT_TOKEN",
        "LATCHKEY_DISCORD__CHANNEL_ID",
    ] {
        let world = World::with(backend, &[(missing, "")]);
        world.post(PATHS[0], ANNA).await.is(500, &failure());
        world.get(PATHS[0], ANNA).await.ok(404);
        assert_eq!(world.discord.calls(), 0);
    }
    let world = World::with(backend, &[("LATCHKEY_DISCORD__BOT_TOKEN", "with\na line")]);
    world.post(PATHS[0], ANNA).await.is(500, &failure());
    assert_eq!(world.discord.calls(), 0);
}

both_databases!(
    one_invite_is_asked_for_properly,
    what_discord_refuses_is_not_repeated,
    what_may_have_worked_is_not_repeated,
    what_is_broken_is_asked_five_times,
    the_deadline_covers_the_repeats,
    nobody_there_is_no_server_error_of_another_kind,
    without_a_bot_nothing_is_asked,
);
