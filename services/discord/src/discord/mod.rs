//! The client of Discord's REST API, as far as links need it. It knows the deadline, what may be
//! repeated and Discord's rate limits; it knows nothing of users and rows.

mod answer;
mod error;
mod pace;

use std::sync::OnceLock;
use std::time::Duration;

use latchkey_common::secret::Secret;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};

pub(crate) use self::error::DiscordError;

use self::answer::Answer;
use self::pace::{Pace, Route};
use crate::domain::link::Code;
use crate::settings::Settings;

/// How often one call is tried, tries that met a rate limit not counted.
const TRIES: u32 = 5;
/// The pause after the first failed try; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// What the log of the Discord server shows beside what we do there.
const REASON: HeaderName = HeaderName::from_static("x-audit-log-reason");

/// What became of an invite that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenBack {
    /// It was alive.
    Now,
    /// It was used up, expired or taken back before.
    Before,
}

/// The client. Its state is what Discord said about its limits.
pub(crate) struct Discord {
    http: OnceLock<reqwest::Client>,
    base: String,
    token: Secret,
    channel: String,
    user_agent: String,
    timeout: Duration,
    missing: Vec<&'static str>,
    pace: Pace,
}

/// One thing to ask.
struct Call {
    route: Route,
    method: Method,
    path: String,
    body: Option<Value>,
    reason: String,
    /// False where doing it twice does more than doing it once.
    is_repeatable: bool,
}

impl Discord {
    /// Opens nothing: the first call does.
    pub(crate) fn new(settings: &Settings, public_url: &str) -> Self {
        Self {
            http: OnceLock::new(),
            base: settings.api_base.trim_end_matches('/').to_owned(),
            token: settings.bot_token.clone(),
            channel: settings.channel_id.clone(),
            // The form that Discord asks for; others are turned away in front of its API.
            user_agent: format!("DiscordBot ({public_url}, {})", env!("CARGO_PKG_VERSION")),
            timeout: settings.timeout(),
            missing: settings.missing(),
            pace: Pace::new(settings.timeout()),
        }
    }

    /// Which settings no call can be made with. For `doctor`.
    pub(crate) fn unusable(&self) -> Vec<DiscordError> {
        let troubles = [self.url("").err(), self.authorization().err()];
        troubles.into_iter().flatten().collect()
    }

    /// Makes an invite that never expires, lets one person in and is nobody else's.
    ///
    /// # Errors
    /// Where [`DiscordError::leaves_outcome_unknown`], Discord may have made one all the same.
    pub(crate) async fn create_invite(&self, reason: String) -> Result<Code, DiscordError> {
        let call = Call {
            route: Route::CreateInvite,
            method: Method::POST,
            path: format!("/channels/{}/invites", self.channel),
            body: Some(json!({"max_age": 0, "max_uses": 1, "unique": true})),
            reason,
            is_repeatable: false,
        };
        let answer = self.ask(&call).await?;
        answer.code().ok_or(DiscordError::Garbled {
            status: answer.status,
        })
    }

    /// Takes an invite back; nobody can use it any more.
    pub(crate) async fn delete_invite(
        &self,
        code: &Code,
        reason: String,
    ) -> Result<TakenBack, DiscordError> {
        let call = Call {
            route: Route::DeleteInvite,
            method: Method::DELETE,
            path: format!("/invites/{}", code.as_str()),
            body: None,
            reason,
            is_repeatable: true,
        };
        match self.ask(&call).await {
            Ok(_) => Ok(TakenBack::Now),
            Err(DiscordError::Refused(refusal)) if refusal.is_unknown_invite() => {
                Ok(TakenBack::Before)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks until there is an answer, nothing may be repeated any more, or the time is over.
    async fn ask(&self, call: &Call) -> Result<Answer, DiscordError> {
        if !self.missing.is_empty() {
            return Err(DiscordError::NotSetUp(self.missing.join(" and ")));
        }
        let deadline = Instant::now() + self.timeout;
        let mut tries = 0;
        loop {
            self.wait_for_turn(call.route, deadline).await?;
            let failed = match timeout_at(deadline, self.send(call)).await {
                Err(_elapsed) => return Err(DiscordError::TooLate),
                Ok(Ok(answer)) => match self.judge(call, answer, deadline) {
                    Verdict::Answered(outcome) => return outcome,
                    Verdict::Limited => continue,
                    Verdict::Failed(error) => error,
                },
                Ok(Err(error)) if error.is_repeatable(call.is_repeatable) => error,
                Ok(Err(error)) => return Err(error),
            };
            tries += 1;
            let pause = FIRST_PAUSE * 2_u32.pow(tries.min(TRIES) - 1);
            if tries >= TRIES || Instant::now() + pause >= deadline {
                return Err(failed);
            }
            tracing::warn!(route = %call.route, tries, error = %failed, "Discord is asked again");
            sleep(pause).await;
        }
    }

    /// Waits until Discord's limits let a call through; when that is past the deadline, there is
    /// nothing to wait for.
    async fn wait_for_turn(&self, route: Route, deadline: Instant) -> Result<(), DiscordError> {
        // Another call may meet a limit while this one waits.
        while let Some(turn) = self.pace.turn(route, Instant::now()) {
            if turn >= deadline {
                let retry_after = turn.saturating_duration_since(Instant::now());
                return Err(DiscordError::Limited { retry_after });
            }
            tokio::time::sleep_until(turn).await;
        }
        Ok(())
    }

    fn judge(&self, call: &Call, answer: Answer, deadline: Instant) -> Verdict {
        let (limits, now) = (answer.limits(), Instant::now());
        self.pace.heed(call.route, &limits, now);
        metrics::counter!("latchkey_discord_answers_total",
            "route" => call.route.as_str(), "status" => answer.status.as_u16().to_string())
        .increment(1);
        match answer.status.as_u16() {
            200..=299 => Verdict::Answered(Ok(answer)),
            429 => {
                tracing::warn!(route = %call.route, "Discord limits our rate");
                match limits.wait.filter(|wait| now + *wait >= deadline) {
                    Some(retry_after) => {
                        Verdict::Answered(Err(DiscordError::Limited { retry_after }))
                    }
                    None => Verdict::Limited,
                }
            }
            500..=599 => Verdict::Failed(DiscordError::Refused(answer.refusal())),
            _ => Verdict::Answered(Err(DiscordError::Refused(answer.refusal()))),
        }
    }

    async fn send(&self, call: &Call) -> Result<Answer, DiscordError> {
        let mut request = self
            .client()?
            .request(call.method.clone(), self.url(&call.path)?)
            .header(AUTHORIZATION, self.authorization()?)
            .header(USER_AGENT, &self.user_agent)
            .header(REASON, &call.reason);
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(DiscordError::from)?;
        Answer::read(response).await
    }

    fn url(&self, path: &str) -> Result<Url, DiscordError> {
        let unusable = |why: String| {
            let what = format!("LATCHKEY_DISCORD__API_BASE ({why})");
            DiscordError::Unusable(what)
        };
        let url = Url::parse(&format!("{}{path}", self.base))
            .map_err(|error| unusable(error.to_string()))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(unusable("neither http:// nor https://".to_owned()));
        }
        Ok(url)
    }

    fn authorization(&self) -> Result<HeaderValue, DiscordError> {
        let text = format!("Bot {}", self.token.expose().trim());
        let mut value = HeaderValue::try_from(text).map_err(|_would_show_it| {
            let what = "LATCHKEY_DISCORD__BOT_TOKEN (no text for a header)";
            DiscordError::Unusable(what.to_owned())
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn client(&self) -> Result<&reqwest::Client, DiscordError> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        // A connection for each call: one that was kept may be dying, and a call that is cut on it
        // cannot be repeated, because nobody knows whether it arrived. Links are made rarely.
        let mut builder = reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if !self.base.starts_with("https:") {
            // No certificates are read where none are needed.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build()?;
        Ok(self.http.get_or_init(|| client))
    }
}

/// What one try came to.
enum Verdict {
    /// The call is over.
    Answered(Result<Answer, DiscordError>),
    /// It was refused by rate and may be repeated when its turn has come.
    Limited,
    /// It failed and may be repeated.
    Failed(DiscordError),
}
