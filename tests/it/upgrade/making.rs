//! Making a fixture: `tests/fixtures/make.sh` runs this with the programs of a release.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use latchkey_testing::backend::run;
use latchkey_testing::discord::FakeDiscord;
use latchkey_testing::environment::variable;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually};
use serde_json::{Map, Value, json};

use super::life::{Life, live};
use super::told::{Asker, admin, answers, replay, rows};
use super::{FILES, folder, timeless, told_on};
use crate::house::House;

/// The job that notes what has run out of time comes once a minute.
const NOTED: Duration = Duration::from_secs(90);

/// What `make.sh` names it: the fixture that is made.
fn release() -> String {
    variable("FIXTURE_RELEASE").expect("tests/fixtures/make.sh sets it")
}

#[test]
#[ignore = "makes a fixture: tests/fixtures/make.sh"]
fn sqlite() {
    run(Backend::Sqlite, module_path!(), make);
}

#[test]
#[ignore = "makes a fixture: tests/fixtures/make.sh"]
fn postgres() {
    run(Backend::Postgres, module_path!(), make);
}

async fn make(backend: Backend) {
    let discord = FakeDiscord::start();
    let mut builder = timeless(backend);
    for (name, value) in discord.settings() {
        builder = builder.env(name, &value);
    }
    let stack = builder.bare();
    let folder = folder(&release());
    let key = folder.join("master.key");
    // Both databases of a fixture are sealed with the same key: that of the one made first.
    if let Ok(key) = fs::read(&key) {
        fs::create_dir(stack.data_dir()).unwrap();
        fs::write(stack.data_dir().join("master.key"), key).unwrap();
    }
    let migrated = stack.command(&["migrate"], "");
    assert!(migrated.status.success(), "{migrated:?}");
    stack.start();
    let house = House::open(stack).await;
    let life = live(&house).await;
    let stack = house.stack;
    for id in &life.over {
        eventually(NOTED, "an invitation ends", async || {
            let story = admin(&stack, &json!(["invite", "show", id]));
            (story["state"] != "open").then_some(())
        })
        .await;
    }
    // What is told must be the same after a restart, or nobody could ask for it later.
    let mut told = tell(&stack, &life).await;
    stack.restart();
    answers(&Asker::at(&stack), &stack, &told).await;
    stack.terminate(Duration::from_secs(30));
    told["rows"] = Value::Object(rows(&stack));

    fs::create_dir_all(&folder).unwrap();
    fs::copy(stack.data_dir().join("master.key"), &key).unwrap();
    let file = stack.folder().join("told.json");
    fs::write(&file, serde_json::to_string_pretty(&told).unwrap()).unwrap();
    pack(&file, &folder.join(told_on(backend)));
    if backend == Backend::Sqlite {
        for name in FILES {
            pack(
                &stack.data_dir().join(name),
                &folder.join(format!("{name}.gz")),
            );
        }
    } else {
        dump(&stack.shared_database(), &folder.join("postgres.sql"));
    }
}

/// Everything that this version will be asked for again.
async fn tell(stack: &Stack, life: &Life) -> Value {
    let asker = Asker::at(stack);
    let mut told = Map::new();
    let mut answers = Vec::new();
    for question in &life.questions {
        let mut question = question.clone();
        question["answer"] = asker.ask(&question).await;
        answers.push(question);
    }
    told.insert("answers".to_owned(), answers.into());
    let commands = life.admin.iter();
    let commands = commands.map(|args| json!({"args": args, "answer": admin(stack, args)}));
    told.insert("admin".to_owned(), commands.collect());
    let mut streams = Vec::new();
    for name in &life.people {
        let events = replay(&asker.person(name).await).await;
        streams.push(json!({"by": name, "events": events}));
    }
    told.insert("streams".to_owned(), streams.into());
    told.insert("open".to_owned(), life.open.clone().into());
    told.into()
}

/// Without name and time: the same bytes are packed into the same.
fn pack(file: &Path, to: &Path) {
    let packed = Command::new("gzip").args(["-9nc"]).arg(file).output();
    let packed = packed.unwrap();
    assert!(packed.status.success(), "{packed:?}");
    fs::write(to, packed.stdout).unwrap();
}

/// In statements alone, without what only `psql` understands.
fn dump(url: &str, to: &Path) {
    let args = ["--inserts", "--no-owner", "--no-privileges", url];
    let dumped = Command::new("pg_dump").args(args).output().unwrap();
    assert!(dumped.status.success(), "{dumped:?}");
    let dumped = String::from_utf8(dumped.stdout).unwrap();
    let is_kept = |line: &&str| !line.starts_with("--") && !line.starts_with('\\');
    let kept: Vec<&str> = dumped.lines().filter(is_kept).collect();
    fs::write(to, kept.join("\n") + "\n").unwrap();
}
