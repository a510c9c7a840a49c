//! A wire between the service and its database, which can be slow, cut or dead.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// What the wire does with bytes, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Passes them on.
    Through,
    /// Passes each lot on after this long.
    Latency(Duration),
    /// Passes on so many bytes a second.
    Bandwidth(u32),
    /// Holds them back, and passes them on when it is over.
    Stall,
    /// Loses them, and with them every connection that lost some: neither end ever hears of it,
    /// as when a firewall forgets a connection. New connections get no further either.
    Blackhole,
    /// Cuts connections, open and new ones.
    Cut,
}

/// Passes bytes between its clients and one address, as a [`Wire`] says.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    wire: Wire,
    is_over: bool,
    /// Both ends of each connection.
    connections: Vec<[TcpStream; 2]>,
    /// Ends of connections that lost bytes.
    dead: Vec<TcpStream>,
    hindered: u64,
}

impl Proxy {
    /// A wire to `target` that passes everything on.
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = State {
            wire: Wire::Through,
            is_over: false,
            connections: Vec::new(),
            dead: Vec::new(),
            hindered: 0,
        };
        let shared = Arc::new(Shared {
            target,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if accepting.lock().is_over {
                    return;
                }
                Shared::connect(&accepting, stream);
            }
        });
        Self { address, shared }
    }

    /// Where to connect instead.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were cut or lost and lots of bytes held up so far.
    pub fn hindered(&self) -> u64 {
        self.shared.lock().hindered
    }

    /// Does this with the bytes from now on.
    pub fn set(&self, wire: Wire) {
        let mut state = self.shared.lock();
        state.wire = wire;
        if wire == Wire::Cut {
            state.cut();
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Tells both ends of the connections that lost bytes that they are gone, at last.
    pub fn close_dead_connections(&self) {
        for stream in std::mem::take(&mut self.shared.lock().dead) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_over = true;
        state.cut();
        drop(state);
        self.shared.changed.notify_all();
        self.close_dead_connections();
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

impl State {
    fn cut(&mut self) {
        self.hindered += self.connections.len() as u64;
        for stream in std::mem::take(&mut self.connections).iter().flatten() {
            // One end may have closed it already.
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn connect(shared: &Arc<Self>, near: TcpStream) {
        let mut state = shared.lock();
        match state.wire {
            Wire::Cut => {
                state.hindered += 1;
                return;
            }
            Wire::Blackhole => {
                state.hindered += 1;
                return state.dead.push(near);
            }
            _ => {}
        }
        let Ok(far) = TcpStream::connect(shared.target) else {
            return;
        };
        let copy = |stream: &TcpStream| stream.try_clone().unwrap();
        for stream in [&near, &far] {
            stream.set_nodelay(true).unwrap();
        }
        state.connections.push([copy(&near), copy(&far)]);
        drop(state);
        for (from, into) in [(copy(&near), copy(&far)), (far, near)] {
            let shared = Arc::clone(shared);
            std::thread::spawn(move || shared.pump(from, into));
        }
    }

    fn pump(&self, mut from: TcpStream, mut into: TcpStream) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let count = match from.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => break,
                Ok(count) => count,
            };
            if !self.lets_through(count) {
                // Both ends stay open, and nothing is ever read or written again.
                self.lock().dead.extend([from, into]);
                return;
            }
            if into.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        for stream in [from, into] {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Waits as long as the wire takes for so many bytes; whether they arrive.
    fn lets_through(&self, count: usize) -> bool {
        let stalls = |state: &mut State| state.wire == Wire::Stall && !state.is_over;
        let mut state = self.lock();
        if !matches!(state.wire, Wire::Through | Wire::Cut) {
            state.hindered += 1;
        }
        let state = self.changed.wait_while(state, stalls).unwrap();
        let takes = match state.wire {
            Wire::Through | Wire::Cut | Wire::Stall => return true,
            Wire::Blackhole => return state.is_over,
            Wire::Latency(span) => span,
            Wire::Bandwidth(bytes) => {
                Duration::from_secs_f64(f64::from(u32::try_from(count).unwrap()) / f64::from(bytes))
            }
        };
        let was = state.wire;
        let same = |state: &mut State| state.wire == was && !state.is_over;
        let waited = self.changed.wait_timeout_while(state, takes, same);
        drop(waited.unwrap());
        true
    }
}
