//! Asking for an account: a wish to be let in by somebody whom this server does not know yet, and what such people are
//! asked. How a wish stands is the invitation's business.

use diesel::Queryable;
use serde::{Deserialize, Serialize};

use crate::domain::invitation::InvitationId;

/// Questions of a form: what a person answers in one go, and what somebody who decides many reads.
pub(crate) const MOST_QUESTIONS: usize = 5;

/// Characters of a question.
pub(crate) const LONGEST_QUESTION: usize = 200;

/// Characters of an answer: half a page.
pub(crate) const LONGEST_ANSWER: usize = 1_000;

/// Characters of what stands above the questions.
pub(crate) const LONGEST_WELCOME: usize = 2_000;

/// Characters of what somebody calls themselves.
pub(crate) const LONGEST_NAME: usize = 100;

/// Characters of an e-mail address (RFC 5321, 4.5.3.1.3).
pub(crate) const LONGEST_EMAIL: usize = 254;

/// Whether people may ask, and what they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable)]
pub(crate) struct Form {
    /// Whether they may.
    pub(crate) is_open: bool,
    /// What they read first.
    pub(crate) welcome: Option<String>,
    /// A JSON list; [`Form::questions`] reads it.
    questions_json: String,
}

impl Form {
    /// A form with these questions.
    pub(crate) fn new(is_open: bool, welcome: Option<String>, questions: Vec<String>) -> Self {
        Self {
            is_open,
            welcome,
            questions_json: serde_json::Value::from(questions).to_string(),
        }
    }

    /// What they are asked, in order.
    pub(crate) fn questions(&self) -> Vec<String> {
        serde_json::from_str(&self.questions_json).unwrap_or_default()
    }

    /// As the column has it.
    pub(crate) fn questions_json(&self) -> &str {
        &self.questions_json
    }

    /// True where these are answers to the questions, each once and in order: a form that was changed meanwhile asks
    /// something else.
    pub(crate) fn is_answered_by(&self, answers: &[Answered]) -> bool {
        let answered = answers.iter().map(|one| one.question.as_str());
        answered.eq(self.questions().iter().map(String::as_str))
    }
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// As it was asked.
    pub(crate) question: String,
    /// What was said.
    pub(crate) answer: String,
}

/// What somebody says of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Application {
    /// What they are called.
    pub(crate) name: String,
    /// Where they could be written to. Nobody has shown that it is theirs.
    pub(crate) email: Option<String>,
    /// What they say beside their answers.
    pub(crate) message: Option<String>,
    /// A JSON list; [`Application::answers`] reads it.
    answers_json: String,
    /// The invitation that a yes has made.
    pub(crate) invited: Option<InvitationId>,
}

impl Application {
    /// Of this person, undecided.
    pub(crate) fn new(
        name: String,
        email: Option<String>,
        message: Option<String>,
        answers: &[Answered],
    ) -> Self {
        Self {
            name,
            email,
            message,
            // Texts: this cannot fail.
            answers_json: serde_json::to_string(answers).unwrap_or_default(),
            invited: None,
        }
    }

    /// What they were asked and have answered.
    pub(crate) fn answers(&self) -> Vec<Answered> {
        serde_json::from_str(&self.answers_json).unwrap_or_default()
    }

    /// As the column has it.
    pub(crate) fn answers_json(&self) -> &str {
        &self.answers_json
    }
}

/// True for what may be an e-mail address: whether it is one, nobody knows before a mail has come back.
pub(crate) fn is_email(text: &str) -> bool {
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.rsplit_once('@');
    is_plain && parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(questions: &[&str]) -> Vec<Answered> {
        let answered = |question: &&str| Answered {
            question: (*question).to_owned(),
            answer: "Because".to_owned(),
        };
        questions.iter().map(answered).collect()
    }

    #[test]
    fn answers_are_to_the_questions_that_are_asked() {
        let questions = vec!["Why?".to_owned(), "Who?".to_owned()];
        let form = Form::new(true, None, questions);
        assert!(form.is_answered_by(&answers(&["Why?", "Who?"])));
        for other in [
            &[][..],
            &["Why?"],
            &["Who?", "Why?"],
            &["Why?", "Who?", "Who?"],
        ] {
            assert!(!form.is_answered_by(&answers(other)), "{other:?}");
        }
        assert!(Form::default().is_answered_by(&[]));
        let said = Application::new("Ana".to_owned(), None, None, &answers(&["Why?"]));
        assert_eq!(said.answers(), answers(&["Why?"]));
    }

    #[test]
    fn an_address_has_two_sides() {
        assert!(is_email("ana@example.org"));
        for none in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a na@example.org",
            "ana\n@x.org",
        ] {
            assert!(!is_email(none), "{none:?}");
        }
    }
}
