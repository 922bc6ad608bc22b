//! The operator's key: the services know it by a hash, and an installation of before by the key itself.

use latchkey_testing::Backend;
use latchkey_testing::Service;
use latchkey_testing::stack::{Output, Stack};

use crate::split::split;

split!(
    a_hash_lets_its_key_in_and_no_other,
    a_key_in_the_services_works_and_doctor_says_so,
);

const OLD: &str = "an-operator-key-of-the-time-before-hashes";

fn list(stack: &Stack) -> Output {
    stack.admin(&["user", "list"], "")
}

fn doctor(stack: &Stack, service: Service) -> String {
    let doctor = stack.command_at(service, &["doctor"]);
    assert!(doctor.status.success(), "{doctor:?}");
    doctor.stdout
}

async fn a_hash_lets_its_key_in_and_no_other() {
    let stack = Stack::on(Backend::Split).start();
    drop(list(&stack).last_line());
    for service in Service::ALL {
        let said = doctor(&stack, service);
        assert!(
            said.contains("ok     the operator is known by the hash"),
            "{said}"
        );
    }
    let said = stack.command(&["doctor", "--ledger"], "");
    assert!(said.status.success(), "{said:?}");
    assert!(
        said.stdout.contains("ok     the operator's key is set"),
        "{said:?}"
    );
    // For the command alone: the services run on with the hash of the other one.
    stack.set_env("LATCHKEY_OPERATOR_KEY", Some(OLD));
    let refused = list(&stack);
    assert!(
        !refused.status.success() && !refused.stderr.is_empty(),
        "{refused:?}"
    );
    // After a restart the services have both, and the hash alone counts.
    stack.restart();
    let refused = list(&stack);
    assert!(!refused.status.success(), "{refused:?}");
    let said = doctor(&stack, Service::Users);
    assert!(
        said.contains("is not the key of operator_key_hash"),
        "{said}"
    );
    stack.set_env("LATCHKEY_OPERATOR_KEY_HASH", Some("0123"));
    let said = stack.command_at(Service::Users, &["doctor"]);
    assert!(!said.status.success(), "{said:?}");
    assert!(
        said.stdout
            .contains("WRONG  LATCHKEY_OPERATOR_KEY_HASH must be"),
        "{said:?}"
    );
}

async fn a_key_in_the_services_works_and_doctor_says_so() {
    let stack = Stack::on(Backend::Split)
        .env("LATCHKEY_OPERATOR_KEY_HASH", "")
        .env("LATCHKEY_OPERATOR_KEY", OLD)
        .start();
    drop(list(&stack).last_line());
    for service in Service::ALL {
        let said = doctor(&stack, service);
        assert!(
            said.contains("note   operator_key lies with the service"),
            "{said}"
        );
        assert!(said.contains("set LATCHKEY_OPERATOR_KEY_HASH"), "{said}");
        assert!(said.contains("exchange it"), "{said}");
    }
    let started = stack.log();
    assert!(
        started.contains("operator_key lies with the service"),
        "{started}"
    );
    // The command where it was run until now: in the container of a service.
    stack.set_env("LATCHKEY_SERVICE_KEY", Some("of some service"));
    let said = stack.command(&["doctor"], "");
    assert!(said.status.success(), "{said:?}");
    assert!(
        said.stdout
            .contains("note   operator_key lies beside the service_key"),
        "{said:?}"
    );
    assert!(said.stdout.contains("exchange the key"), "{said:?}");
}
