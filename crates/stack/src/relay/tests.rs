use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use super::*;

/// A relay before a server that answers each byte with the next one.
fn carried() -> (Relay, SocketAddr) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = server.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in server.incoming().flatten() {
            thread::spawn(move || {
                let mut byte = [0];
                while stream.read_exact(&mut byte).is_ok() {
                    drop(stream.write_all(&[byte[0] + 1]));
                }
            });
        }
    });
    Relay::before(target).unwrap()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).unwrap();
    stream
}

fn is_silent(stream: &mut TcpStream) -> bool {
    let moment = Some(Duration::from_millis(300));
    stream.set_read_timeout(moment).unwrap();
    let read = stream.peek(&mut [0]).map_err(|error| error.kind());
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).unwrap();
    read == Err(ErrorKind::WouldBlock)
}

fn answer(stream: &mut TcpStream) -> Result<u8, ErrorKind> {
    let mut byte = [0];
    let read = stream.read_exact(&mut byte).map_err(|error| error.kind());
    read.map(|()| byte[0])
}

#[test]
fn what_hangs_arrives_after_the_cut() {
    let (relay, address) = carried();
    let mut open = connect(address);
    open.write_all(&[1]).unwrap();
    assert_eq!(answer(&mut open), Ok(2));
    for cut in [Cut::Hanging, Cut::OneWay] {
        relay.set(Some(cut));
        let mut new = connect(address);
        for stream in [&mut open, &mut new] {
            stream.write_all(&[7]).unwrap();
            assert!(is_silent(stream), "{cut:?}");
        }
        relay.set(None);
        assert_eq!((answer(&mut open), answer(&mut new)), (Ok(8), Ok(8)));
    }
}

#[test]
fn what_falls_silent_stays_so_while_new_connections_pass() {
    let (relay, address) = carried();
    let mut open = connect(address);
    open.write_all(&[1]).unwrap();
    assert_eq!(answer(&mut open), Ok(2));
    for _ in 0..2 {
        relay.set(Some(Cut::Silent));
        open.write_all(&[7]).unwrap();
        assert!(is_silent(&mut open));
        let mut new = connect(address);
        new.write_all(&[3]).unwrap();
        assert_eq!(answer(&mut new), Ok(4));
        assert!(is_silent(&mut open));
        relay.set(None);
        assert_eq!(answer(&mut open), Ok(8));
        open = new;
    }
}

#[test]
fn what_is_refused_is_reset() {
    let (relay, address) = carried();
    let mut open = connect(address);
    open.write_all(&[1]).unwrap();
    assert_eq!(answer(&mut open), Ok(2));
    relay.set(Some(Cut::Refused));
    assert_eq!(answer(&mut open), Err(ErrorKind::ConnectionReset));
    assert!(TcpStream::connect(address).is_err());
    relay.set(None);
    let mut again = connect(address);
    again.write_all(&[3]).unwrap();
    assert_eq!(answer(&mut again), Ok(4));
}
