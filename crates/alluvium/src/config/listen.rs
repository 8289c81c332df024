//! The address that the servers listen on, as flags and files write it.

use std::net::SocketAddr;

use super::LISTEN_DEFAULT;

/// Reads an IP address with a port; the message says what form is wanted.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!(
            "not an IP address and a port, such as {LISTEN_DEFAULT}, [::1]:4566 or 0.0.0.0:4566 (all interfaces); \
             names such as localhost are not looked up"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::listen_address;

    #[test]
    fn an_address_has_numbers_and_a_port() {
        for good in ["127.0.0.1:0", "[::1]:4566", "0.0.0.0:80"] {
            assert!(listen_address(good).is_ok(), "{good}");
        }
        for bad in ["", ":4566", "4566", "localhost:4566", "127.0.0.1", "::1:4566x"] {
            assert!(listen_address(bad).is_err_and(|message| message.contains("127.0.0.1:4566")), "{bad}");
        }
    }
}
