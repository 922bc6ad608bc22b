//! `latchkey admin user …`.

use latchkey_users::operator::{
    ChangeUser, CreateUser, ListUsers, NamedUser, ResetLinkMade, SetEmail, SetPassword, UserInfo,
    UserList, UserWithPassword,
};
use serde_json::{Value, json};

use super::line::Line;
use super::secret_from_stdin::secret_from_stdin;
use crate::cli::{Change, User, Who};
use latchkey_process::{Trouble, answer, say};

pub(super) async fn run(line: &Line, command: User) -> Result<(), Trouble> {
    match command {
        User::Create {
            username,
            email,
            super_user,
            password_stdin,
        } => {
            let password = password_stdin.then(secret_from_stdin).transpose()?;
            let ask = CreateUser {
                username,
                email,
                is_super_user: super_user,
                password,
            };
            line.ask("users/create", &ask, with_password).await
        }
        User::SetPassword {
            who: Who { username },
            password_stdin,
        } => {
            let password = password_stdin.then(secret_from_stdin).transpose()?;
            let ask = SetPassword { username, password };
            line.ask("users/set-password", &ask, with_password).await
        }
        User::SetEmail {
            who: Who { username },
            email,
        } => {
            let ask = SetEmail {
                username,
                email: Some(email),
            };
            line.ask("users/set-email", &ask, |user: &UserInfo| {
                vec![summary(user)]
            })
            .await
        }
        User::Promote(who) => change(line, "users/promote", who).await,
        User::Demote(who) => change(line, "users/demote", who).await,
        User::Lock(who) => change(line, "users/lock", who).await,
        User::Unlock(who) => change(line, "users/unlock", who).await,
        User::Delete(who) => change(line, "users/delete", who).await,
        User::EndSessions(who) => change(line, "users/end-sessions", who).await,
        User::ResetLink(wanted) => {
            line.ask(
                "users/reset-link",
                &asked(wanted),
                |made: &ResetLinkMade| {
                    vec![
                        format!("Good once, until {}:", made.expires_at),
                        made.link.clone(),
                    ]
                },
            )
            .await
        }
        User::Show(Who { username }) => {
            line.ask("users/show", &NamedUser { username }, details)
                .await
        }
        User::Uuid(Who { username }) => {
            line.ask("users/show", &NamedUser { username }, |user: &UserInfo| {
                vec![user.uuid.clone()]
            })
            .await
        }
        User::List => list(line).await,
    }
}

async fn change(line: &Line, path: &str, wanted: Change) -> Result<(), Trouble> {
    line.ask(path, &asked(wanted), |user: &UserInfo| vec![summary(user)])
        .await
}

fn asked(wanted: Change) -> ChangeUser {
    ChangeUser {
        username: wanted.who.username,
        reason: wanted.reason,
    }
}

/// The account, and on the last line a password that was made for it.
fn with_password(made: &UserWithPassword) -> Vec<String> {
    let mut lines = vec![summary(&made.user)];
    if let Some(password) = &made.password {
        lines.push("The password, shown this once:".to_owned());
        lines.push(password.clone());
    }
    lines
}

fn summary(user: &UserInfo) -> String {
    let email = user.email.as_ref().map(|email| format!("<{email}>"));
    let flags = [
        (user.is_super_user, "(super user)"),
        (user.is_locked, "(locked)"),
    ];
    let flags = flags
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| word.to_owned());
    let words = [user.id.to_string(), user.username.clone()];
    words
        .into_iter()
        .chain(email)
        .chain(flags)
        .collect::<Vec<_>>()
        .join(" ")
}

fn details(user: &UserInfo) -> Vec<String> {
    vec![
        format!("id          {}", user.id),
        format!("uuid        {}", user.uuid),
        format!("username    {}", user.username),
        format!("email       {}", user.email.as_deref().unwrap_or("-")),
        format!("super user  {}", yes_or_no(user.is_super_user)),
        format!("locked      {}", yes_or_no(user.is_locked)),
        format!("created     {}", user.created_at),
    ]
}

const fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// All pages.
async fn list(line: &Line) -> Result<(), Trouble> {
    let mut ask = ListUsers::default();
    let mut all = Vec::new();
    loop {
        let page: Value = line.call("users/list", &ask).await?;
        let page: UserList = serde_json::from_value(page)
            .map_err(|error| Trouble::said(format!("no usable answer from the server: {error}")))?;
        all.extend(page.users);
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    answer(&json!({ "users": all }));
    for user in &all {
        say(&summary(user));
    }
    Ok(())
}
