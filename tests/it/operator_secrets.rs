//! What the operator's commands take for a secret, and for scopes.

use latchkey_testing::{Backend, every_shape};

use crate::house::house;

async fn a_secret_is_one_line(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let set = ["user", "set-password", &person.name, "--password-stdin"];
    for bad in [
        "of two\nlines long",
        "of two\r\nlines long\n",
        "with a\0 in it",
        "an empty line behind\n\n",
    ] {
        let refused = house.stack.admin(&set, bad);
        assert!(!refused.status.success(), "{bad:?}: {refused:?}");
        assert!(refused.stderr.contains("stdin: there is"), "{refused:?}");
    }
    let output = house.stack.admin(&set, "\u{feff}of one line\r\n");
    assert!(output.status.success(), "{output:?}");
    let login = house.nobody().login(&person.name, "of one line").await;
    drop(login.ok(200));
    for none in [",", " ", ", ,"] {
        let args = ["token", "api", &person.name, "--scopes", none];
        let refused = house.stack.admin(&args, "");
        assert!(!refused.status.success(), "{none:?}: {refused:?}");
    }
}

every_shape!(a_secret_is_one_line,);
