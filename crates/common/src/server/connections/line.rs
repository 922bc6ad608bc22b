//! The connection itself: bytes from and to one client, as far as it is their turn and as long as
//! there is time ([`Talk`]).

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::TcpStream;
use actix_web::web::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::crowd::Place;
use super::losses::Loss;
use super::state::{Over, Turn};
use super::talk::Talk;
use super::terms::Terms;

/// What a head that comes too late is answered. No contract has words for it: whose path it would be
/// may not have come.
const LATE_HEAD: Word = (
    "408 Request Timeout",
    "The head of the request did not arrive in time.\n",
);

/// What a head that is too long is answered.
const LONG_HEAD: Word = (
    "431 Request Header Fields Too Large",
    "The head of the request is too long.\n",
);

/// A status, and a sentence beside it.
type Word = (&'static str, &'static str);

/// Bytes that are read at once: most heads are shorter, and of what was sent ahead the rest waits with
/// the system.
const PIECE: usize = 2 * 1024;

/// A connection that can be thrown away together with what its client has not taken yet, which the
/// system would keep for minutes otherwise.
pub(super) trait Reset {
    fn reset_when_closed(&self);
}

impl Reset for TcpStream {
    fn reset_when_closed(&self) {
        // Where that fails, the system keeps it.
        drop(self.set_zero_linger());
    }
}

/// A connection of a crowd.
pub(super) struct Line<S> {
    // Closed first: a place is free when its connection is.
    io: S,
    talk: Rc<Talk>,
    place: Place,
}

impl<S> Line<S> {
    pub(super) fn new(io: S, place: Place, terms: Terms) -> Self {
        let talk = Rc::new(Talk::new(&place, terms));
        Self { io, talk, place }
    }

    pub(super) fn talk(&self) -> Rc<Talk> {
        Rc::clone(&self.talk)
    }
}

impl<S: AsyncRead + AsyncWrite + Reset + Unpin> Line<S> {
    /// An error when the connection is to end; the framework drops it then.
    fn go_on(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        // First, so that no call is missed in between.
        self.place.member.waker.register(cx.waker());
        match self.talk.over() {
            None => Ok(()),
            Some(over) => {
                if over == Over::LateHead {
                    self.say(cx, LATE_HEAD);
                }
                if self.talk.state().borrow().is_blocked() {
                    self.io.reset_when_closed();
                }
                Err(ErrorKind::TimedOut.into())
            }
        }
    }

    /// Writes a last word. Left out where there is no room for it, or something is still to be
    /// written before it.
    fn say(&mut self, cx: &mut Context<'_>, (status, sentence): Word) {
        if !self.talk.state().borrow().is_blocked() {
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n{sentence}",
                sentence.len()
            );
            drop(Pin::new(&mut self.io).poll_write(cx, answer.as_bytes()));
        }
    }

    /// Nothing more may be handed on now: looks out for the end of the connection, unless something
    /// comes before it.
    fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let talk = Rc::clone(&self.talk);
        let mut state = talk.state().borrow_mut();
        if !state.is_ended && state.ahead.is_empty() {
            let mut space = [0; PIECE];
            let mut piece = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut piece))?;
            state.is_ended = piece.filled().is_empty();
            state.ahead.extend_from_slice(piece.filled());
        }
        if state.is_ended && state.ahead.is_empty() {
            Poll::Ready(Ok(()))
        } else {
            // Woken when it is its turn.
            Poll::Pending
        }
    }

    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut space = [0; PIECE];
        self.talk.state().borrow_mut().ahead = BytesMut::new();
        loop {
            let mut piece = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_take(&mut self, cx: &mut Context<'_>, space: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let talk = Rc::clone(&self.talk);
        let mut state = talk.state().borrow_mut();
        if !state.ahead.is_empty() {
            let mut ahead = std::mem::take(&mut state.ahead);
            let room = ahead.len().min(space.remaining());
            let taken = talk.take(&mut state, ahead.get(..room).unwrap_or_default());
            space.put_slice(ahead.get(..taken).unwrap_or_default());
            ahead.advance(taken);
            // Memory is given back with the last of it.
            if !ahead.is_empty() {
                state.ahead = ahead;
            }
            return Poll::Ready(Ok(()));
        }
        let room = space.remaining().min(PIECE);
        let mut piece = ReadBuf::new(space.initialize_unfilled_to(room));
        if !state.is_ended {
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut piece))?;
            state.is_ended = piece.filled().is_empty();
        }
        let taken = talk.take(&mut state, piece.filled());
        let rest = piece.filled().get(taken..).unwrap_or_default();
        state.ahead.extend_from_slice(rest);
        space.advance(taken);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Reset + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.go_on(cx)?;
        if this.talk.is_asked() && this.talk.state().borrow().is_idle() {
            // As if the client said nothing more: what is written is sent before the connection ends.
            return Poll::Ready(Ok(()));
        }
        let turn = this.talk.state().borrow().turn();
        match turn {
            Turn::Wait => this.poll_ahead(cx),
            Turn::Pause => {
                this.talk.state().borrow_mut().looked_at();
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Turn::Discard => this.poll_discard(cx),
            Turn::Take => {
                ready!(this.poll_take(cx, space))?;
                if this.talk.state().borrow().is_refused() {
                    Arc::clone(&this.place.crowd).losses().count(Loss::LongHead);
                    this.say(cx, LONG_HEAD);
                    return this.poll_discard(cx);
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Reset + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.go_on(cx)?;
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        if written.is_ready() && is_bare_refusal(bytes) && !this.talk.state().borrow().is_handled()
        {
            this.place.crowd.losses().count(Loss::BadHead);
        }
        this.talk.is_blocked(written.is_pending());
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.go_on(cx)?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

/// What the framework says by itself to a head that it cannot read, so that nothing of ours hears of it. What we answer has
/// the id of its request.
fn is_bare_refusal(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/1.1 400 ") && memchr::memmem::find(bytes, b"x-request-id").is_none()
}
