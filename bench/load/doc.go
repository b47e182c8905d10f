// Package load drives nodes and measures how long a transaction takes from the
// moment it should have been sent to the moment its committed block is handed
// out.
//
// A closed loop keeps a number of transactions in flight and finds the
// throughput. An open loop sends at a fixed rate, whatever the node does, and
// finds the latency; its clock starts when a transaction was due, not when it
// was sent, so that a stall is charged to every transaction it held up.
package load
