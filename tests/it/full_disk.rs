//! A disk that fills up, for whatever reason: that of our own files, and that of a `PostgreSQL` server.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use latchkey_testing::backend::{self, Backend};
use latchkey_testing::chat::Chat;
use latchkey_testing::raw;
use latchkey_testing::small_disk::SmallDisk;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Durability, PostgresServer, Service, eventually};

use crate::house::{House, PASSWORD, Person, ends, int, text, unique};

const MIB: u64 = 1024 * 1024;

/// All databases on a small disk: nothing new when less than 8 MiB is free, 2 MiB in reserve.
fn on(disk: &SmallDisk) -> Stack {
    let mut stack = Stack::on(Backend::Sqlite)
        .env("LATCHKEY_DATABASE__DISK_FOR_NEW_BYTES", "8388608")
        .env("LATCHKEY_DATABASE__DISK_RESERVE_BYTES", "2097152");
    for service in ["users", "channels", "invitations", "discord"] {
        let url = format!("sqlite://{}/{service}.db", disk.path().display());
        let name = format!("LATCHKEY_{}__DATABASE_URL", service.to_uppercase());
        stack = stack.env(&name, &url);
    }
    stack.start()
}

/// Status and words of readiness.
fn readiness(house: &House) -> (u16, String) {
    let request = "GET /healthz/ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answer = raw::exchange(&house.stack.internal(), request.as_bytes());
    (answer.status, answer.body)
}

/// What people can make without end.
async fn nothing_new_is_taken(person: &Person, channel: i64) {
    let answers = [
        person.say(channel, "one more").await,
        person.create_channel(&unique("more"), "public").await,
        person.rename(channel, &unique("again")).await,
        person.create_invite().await,
        person.invite(channel, "root-user", &["read"]).await,
    ];
    for answer in answers {
        answer.refused("service-unavailable");
        assert!(answer.retry_after() > 0);
    }
}

/// Somebody with a channel, a guest in it, an invitation, and a second session.
struct Household {
    owner: Person,
    /// The owner, on another device.
    elsewhere: Chat,
    guest: Person,
    channel: i64,
    invite: i64,
    link: String,
}

impl Household {
    async fn of(house: &House) -> Self {
        let (owner, guest) = (house.person().await, house.person().await);
        let other = house.person().await;
        let channel = owner.public_channel().await;
        owner.lets_in(channel, &guest, &["read"]).await;
        let invite = owner.invites_in(channel, &other, &["read"]).await;
        let link = owner.create_invite().await.ok(201);
        Self {
            elsewhere: house.nobody().signed_in(&owner.name, PASSWORD).await,
            invite,
            link: text(&link, "token").to_owned(),
            owner,
            guest,
            channel,
        }
    }

    /// Everything that takes something back.
    async fn ends_all(&self, house: &House, backend: Backend) {
        self.ends_sessions(backend).await;
        let (owner, guest) = (&self.owner, &self.guest);
        owner.remove_members(self.channel, &[guest.id]).await.done();
        owner.remove_channel_invites(&[self.invite]).await.done();
        owner.remove_invites(&[&self.link]).await.done();
        self.operator_ends(house, backend).await;
    }

    async fn ends_sessions(&self, backend: Backend) {
        self.elsewhere.logout().await.done();
        ends(backend, &self.elsewhere).await;
        let changed = self.owner.change_password(PASSWORD, "another password");
        changed.await.done();
    }

    async fn operator_ends(&self, house: &House, backend: Backend) {
        let (owner, guest) = (&self.owner, &self.guest);
        let lock = ["user", "lock", &guest.name];
        drop(house.stack.admin(&lock, "").last_line());
        ends(backend, guest).await;
        let set = ["user", "set-password", &owner.name, "--password-stdin"];
        drop(house.stack.admin(&set, "a third password\n").last_line());
        ends(backend, owner).await;
    }
}

#[test]
fn a_disk_that_fills_up_stops_what_is_new_first_and_endings_last() {
    backend::run(Backend::Sqlite, module_path!(), |_| async {
        let Some(disk) = SmallDisk::mount(module_path!(), 64 * MIB) else {
            return;
        };
        let house = House::open(on(&disk)).await;
        let (first, second) = (Household::of(&house).await, Household::of(&house).await);
        assert_eq!(readiness(&house).0, 200);

        disk.fill(6 * MIB);
        nothing_new_is_taken(&first.owner, first.channel).await;
        let (status, said) = readiness(&house);
        assert!(
            status == 503 && said.contains("MiB free") && said.contains("nothing new is taken"),
            "{said}"
        );
        drop(house.nobody().signed_in("root-user", PASSWORD).await);

        disk.fill(0);
        first.ends_all(&house, Backend::Sqlite).await;
        let (status, said) = readiness(&house);
        assert!(
            status == 503 && said.contains("what ends something"),
            "{said}"
        );
        nothing_new_is_taken(&second.owner, second.channel).await;
        let login = house.nobody().login("root-user", PASSWORD).await;
        login.refused("service-unavailable");

        // Somebody goes on writing, and the server starts anew.
        disk.fill(MIB);
        house.stack.kill();
        let said = house.stack.start_unready();
        assert!(said.contains("what ends something"), "{said}");
        second.ends_all(&house, Backend::Sqlite).await;

        disk.clear();
        assert_eq!(readiness(&house), (200, "ready\n".to_owned()));
        let reserve = fs::metadata(disk.path().join("disk.reserve")).unwrap();
        assert_eq!(reserve.len(), 2 * MIB);
        let person = house.person().await;
        let channel = person.public_channel().await;
        person.says(channel, "room again").await;
    });
}

/// All databases on a server of their own, whose disk this is.
fn beside(server: &PostgresServer) -> Stack {
    let mut stack = Stack::on(Backend::Sqlite);
    for service in Service::ALL {
        let name = format!("LATCHKEY_{}__DATABASE_URL", service.upper());
        stack = stack.env(&name, &server.url("postgres"));
    }
    let stack = stack.bare();
    let migrated = stack.command(&["migrate"], "");
    assert!(migrated.status.success(), "{migrated:?}");
    stack.start();
    stack
}

/// The server refuses what needs room, and says so in its own words; nothing that was acknowledged is lost, what ends
/// something goes on in the room that there is, and when there is room again all goes on by itself.
#[test]
fn a_full_disk_of_the_database_server_is_trouble_that_passes() {
    backend::run(Backend::Postgres, module_path!(), |backend| async move {
        let Some(disk) = SmallDisk::mount(module_path!(), 256 * MIB) else {
            return;
        };
        fs::set_permissions(disk.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let settings = [
            "max_wal_size=64MB".to_owned(),
            "min_wal_size=64MB".to_owned(),
        ];
        let server = PostgresServer::start_new(disk.path(), Durability::OfProcess, &settings);
        let server = server.unwrap();
        let house = House::open(beside(&server)).await;
        let household = Household::of(&house).await;
        let (owner, channel) = (&household.owner, household.channel);
        owner.says(channel, "before").await;
        assert_eq!(readiness(&house).0, 200);

        disk.fill(0);
        let text = "m".repeat(4_000);
        let mut sent = Vec::new();
        let refused = loop {
            let answer = owner.say(channel, &text).await;
            if answer.status != 201 {
                break answer;
            }
            sent.push(int(&answer.json(), "messageId"));
            assert!(sent.len() < 5_000, "the disk is full");
        };
        refused.refused("service-unavailable");
        assert!(refused.retry_after() > 0);
        let (status, said) = readiness(&house);
        assert!(status == 503 && said.contains("changes"), "{said}");
        household.ends_sessions(backend).await;
        // The rows of channels and messages have filled what room there was.
        let guest = [household.guest.id];
        let removed = owner.remove_members(channel, &guest).await;
        assert!(
            removed.status == 200 || removed.retry_after() > 0,
            "{removed}"
        );
        household.operator_ends(&house, backend).await;

        disk.clear();
        let again = eventually(Duration::from_secs(30), "room again", async || {
            let answer = house.nobody().login("root-user", PASSWORD).await;
            (answer.status == 200 && readiness(&house).0 == 200).then_some(())
        });
        again.await;
        let person = house.person().await;
        let own = person.public_channel().await;
        person.says(own, "room again").await;
        // All that was acknowledged is there, and nothing that was refused.
        let member = house.nobody();
        let member = member.signed_in(&owner.name, "a third password").await;
        if removed.status != 200 {
            member.remove_members(channel, &guest).await.done();
        }
        let info = member.channel_info(channel).await.ok(200);
        let last = sent.last().copied();
        assert!(
            last.is_none_or(|last| int(&info, "lastMessage") == last),
            "{info}"
        );
    });
}
