//! A disk that fills up, for whatever reason. `SQLite` alone: `PostgreSQL`'s disk is the server's.

use std::fs;

use latchkey_testing::backend::{self, Backend};
use latchkey_testing::chat::Chat;
use latchkey_testing::raw;
use latchkey_testing::small_disk::SmallDisk;
use latchkey_testing::stack::Stack;

use crate::house::{House, PASSWORD, Person, ends, text, unique};

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
    async fn ends_all(&self, house: &House) {
        let (owner, guest) = (&self.owner, &self.guest);
        self.elsewhere.logout().await.done();
        ends(Backend::Sqlite, &self.elsewhere).await;
        let changed = owner.change_password(PASSWORD, "another password").await;
        changed.done();
        owner.remove_members(self.channel, &[guest.id]).await.done();
        owner.remove_channel_invites(&[self.invite]).await.done();
        owner.remove_invites(&[&self.link]).await.done();
        let lock = ["user", "lock", &guest.name];
        drop(house.stack.admin(&lock, "").last_line());
        ends(Backend::Sqlite, guest).await;
        let set = ["user", "set-password", &owner.name, "--password-stdin"];
        drop(house.stack.admin(&set, "a third password\n").last_line());
        ends(Backend::Sqlite, owner).await;
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
        first.ends_all(&house).await;
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
        second.ends_all(&house).await;

        disk.clear();
        assert_eq!(readiness(&house), (200, "ready\n".to_owned()));
        let reserve = fs::metadata(disk.path().join("disk.reserve")).unwrap();
        assert_eq!(reserve.len(), 2 * MIB);
        let person = house.person().await;
        let channel = person.public_channel().await;
        person.says(channel, "room again").await;
    });
}
