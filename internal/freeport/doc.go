// Package freeport finds addresses of this machine for programs that are started a
// moment later and must be told beforehand where to listen: the nodes of a demo
// network, of a test, of a measurement.
//
// The usual way, to listen on port 0, to close and to use the number again, fails now
// and then: the system hands the same number to the next connection that any program
// opens. What this package keeps true:
//   - a port lies below those that systems hand out by themselves (IANA's dynamic ports,
//     RFC 6335 section 6, and Linux's, which begin at 32768);
//   - no two calls get the same port, in whatever programs, while the program that asked
//     first runs: it holds the datagram (UDP) port of the same number until it ends, which
//     the stream (TCP) port that it hands out doesn't mind;
//   - nobody listened on it when it was handed out.
//
// An example:
//
//	address, err := freeport.Address() // 127.0.0.1:21483
package freeport
