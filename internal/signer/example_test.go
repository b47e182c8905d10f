package signer_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"net"

	"pedigree/internal/signer"
)

// Both ends of a channel: the host that signs, and the node that asks it.
func ExampleHost_Serve() {
	hostPublic, hostKey, _ := ed25519.GenerateKey(nil)
	nodePublic, nodeKey, _ := ed25519.GenerateKey(nil)
	log := slog.New(slog.DiscardHandler)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	host := &signer.Host{Key: hostKey, Node: nodePublic, Log: log, Answer: func(q []byte) []byte { return append(q, " is signed"...) }}
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- host.Serve(ctx, listener) }()

	link, err := signer.Dial(signer.LinkConfig{Addr: listener.Addr().String(), Key: nodeKey, Signer: hostPublic, Log: log})
	if err != nil {
		fmt.Println(err)
		return
	}
	connected := make(chan struct{})
	link.OnConnect(func() { close(connected) })
	<-connected
	answer, err := link.Ask([]byte("the vote"))
	fmt.Printf("%s %v\n", answer, err)
	_ = link.Close()
	cancel()
	fmt.Println(<-ended)
	// Output:
	// the vote is signed <nil>
	// <nil>
}
