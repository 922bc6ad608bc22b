//! Services of their own learn from their calls that their databases belong together, in whichever order
//! they start.

use std::thread;
use std::time::{Duration, Instant};

use latchkey_testing::backend::run;
use latchkey_testing::questions::readiness;
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service};

use super::{SERVICES, lived_in};

const PATIENCE: Duration = Duration::from_secs(30);

fn id(stack: &Stack, service: Service) -> Option<String> {
    let texts = stack.texts(service, "SELECT id AS text FROM installation");
    texts.into_iter().next()
}

/// Waits until readiness of a service says something with `words`, or is green without any.
#[track_caller]
fn says(stack: &Stack, service: Service, words: Option<&str>) {
    let begun = Instant::now();
    loop {
        let said = readiness(stack.split().internal_of(service, 0));
        let fits = match (&said, words) {
            (Some((503, said)), Some(words)) => said.contains(words),
            (Some((200, _)), None) => true,
            _ => false,
        };
        if fits {
            return;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{service:?}, {words:?}: {said:?}\n{}",
            stack.log()
        );
        thread::sleep(Duration::from_millis(50));
    }
}

/// Ends it, however: what has just begun may not listen to signals yet.
fn end(stack: &Stack) {
    stack.terminate(Duration::from_secs(20));
}

fn start(stack: &Stack, services: impl IntoIterator<Item = Service>) {
    for service in services {
        stack.split().spawn_part(Part::Service(service, 0)).unwrap();
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn services_join_in_any_order() {
    run(Backend::Split, module_path!(), |_| async {
        let stack = Stack::on(Backend::Split).prepare();
        // Whoever asks is there long before who is asked.
        start(&stack, SERVICES.into_iter().rev());
        let begun = Instant::now();
        loop {
            let ids = SERVICES.map(|service| id(&stack, service));
            if ids.iter().all(|id| id.is_some() && *id == ids[0]) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{ids:?}\n{}", stack.log());
            thread::sleep(Duration::from_millis(50));
        }
        for service in SERVICES {
            says(&stack, service, None);
        }
    });
}

#[test]
fn a_database_of_another_installation_is_found_out() {
    run(Backend::Split, module_path!(), |_| async {
        let house = lived_in(Backend::Split).await;
        let stack = &house.stack;
        let exchange = "UPDATE installation SET id = 'other' || id";
        stack.sql(Service::Channels, exchange);
        start(stack, SERVICES);
        says(stack, Service::Channels, Some("different installations"));
        says(stack, Service::Invitations, Some("different installations"));
        end(stack);
        stack.sql(
            Service::Channels,
            "UPDATE installation SET id = substr(id, 6)",
        );
        stack.start();
        drop(house.root().info().await.ok(200));
    });
}

#[test]
fn an_empty_database_beside_filled_ones_is_found_out() {
    run(Backend::Split, module_path!(), |_| async {
        let house = lived_in(Backend::Split).await;
        let stack = &house.stack;
        for (service, words) in [
            (Service::Channels, "the database of channels is empty"),
            (Service::Users, "different installations"),
        ] {
            // It is the owner of everything that a service has.
            stack.sql(
                service,
                "ALTER SCHEMA public RENAME TO kept; CREATE SCHEMA public",
            );
            let migrated = stack.command_at(service, &["migrate"]);
            assert!(migrated.status.success(), "{migrated:?}");
            start(stack, SERVICES);
            says(stack, service, Some(words));
            end(stack);
            stack.sql(
                service,
                "DROP SCHEMA public CASCADE; ALTER SCHEMA kept RENAME TO public",
            );
        }
        stack.start();
        drop(house.root().info().await.ok(200));
    });
}

/// As the release before this one left them, but for users, whose database is new.
#[test]
fn what_knows_of_no_installation_joins_no_empty_one() {
    run(Backend::Split, module_path!(), |_| async {
        let house = lived_in(Backend::Split).await;
        let stack = &house.stack;
        for service in SERVICES {
            stack.sql(
                service,
                "DELETE FROM numbers_given; DELETE FROM installation",
            );
        }
        stack.sql(
            Service::Users,
            "ALTER SCHEMA public RENAME TO kept; CREATE SCHEMA public",
        );
        let migrated = stack.command_at(Service::Users, &["migrate"]);
        assert!(migrated.status.success(), "{migrated:?}");
        // Nothing in that of discord refers to anybody.
        let filled = [Service::Users, Service::Channels, Service::Invitations];
        start(stack, filled);
        for service in filled {
            says(
                stack,
                service,
                Some("the database of users is an older copy"),
            );
        }
        for service in filled {
            let part = Part::Service(service, 0);
            stack.split().ask_to_stop(part).unwrap();
            stack
                .split()
                .await_end(part, Duration::from_secs(20))
                .unwrap();
        }
        for service in [Service::Channels, Service::Invitations] {
            assert_eq!(id(stack, service), None, "{service:?}");
        }
        stack.sql(
            Service::Users,
            "DROP SCHEMA public CASCADE; ALTER SCHEMA kept RENAME TO public",
        );
        stack.start();
        drop(house.root().info().await.ok(200));
    });
}

#[test]
fn an_older_copy_is_found_out() {
    run(Backend::Split, module_path!(), |_| async {
        let house = lived_in(Backend::Split).await;
        let stack = &house.stack;
        stack.sql(
            Service::Users,
            "SELECT setval('accounts_id_seq', 1); DELETE FROM numbers_given",
        );
        start(stack, SERVICES);
        says(stack, Service::Users, Some("older copy"));
    });
}
