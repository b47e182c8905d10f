package freeport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

// Ports handed out, and how many are tried before it is given up.
const (
	portMin  = 10240
	portMax  = 32767
	triesMax = 1000
)

// held are the datagram ports that keep numbers from other programs.
var held struct {
	mu    sync.Mutex
	ports []net.PacketConn
}

// Address is an address of the loopback, host and port, that nobody listens on and
// that no other call is given while this program runs.
func Address() (string, error) {
	var err error
	for range triesMax {
		address := fmt.Sprintf("127.0.0.1:%d", portMin+rand.IntN(portMax-portMin+1))
		if err = take(address); err == nil {
			return address, nil
		}
	}
	return "", fmt.Errorf("couldn't find a free port between %d and %d: %w", portMin, portMax, err)
}

// take holds the address, unless somebody has it.
func take(address string) error {
	mark, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp4", address)
	if err != nil {
		return errors.Join(err, mark.Close())
	}
	if err := l.Close(); err != nil {
		return errors.Join(err, mark.Close())
	}
	held.mu.Lock()
	defer held.mu.Unlock()
	held.ports = append(held.ports, mark)
	return nil
}
