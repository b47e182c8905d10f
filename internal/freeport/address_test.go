package freeport

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// child makes this test's program print addresses and wait.
const child = "PEDIGREE_FREEPORT_CHILD"

const many = 200

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	for range many {
		address, err := Address()
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString(address + "\n")
	}
	os.Stdout.Close()
	os.Stdin.Read(make([]byte, 1)) // until the test ends
}

func TestNoTwoCallsGetOneAddress(t *testing.T) {
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), child+"=1")
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = other.Wait() }()
	var text strings.Builder
	for b := make([]byte, 4096); ; {
		n, err := out.Read(b)
		text.Write(b[:n])
		if err != nil {
			break
		}
	}
	seen := map[string]bool{}
	for line := range strings.Lines(text.String()) {
		address := strings.TrimSpace(line)
		seen[address] = true
		if err := take(address); err == nil {
			t.Errorf("%s, which another program was given, was given again", address)
		}
	}
	if len(seen) != many {
		t.Fatalf("another program got %d addresses, want %d", len(seen), many)
	}
	for range many {
		address, err := Address()
		if err != nil {
			t.Fatal(err)
		}
		if seen[address] {
			t.Errorf("%s was given twice", address)
		}
		seen[address] = true
	}
}

func TestAnAddressCanBeListenedOnAndLiesBelowTheSystemsOwn(t *testing.T) {
	address, err := Address()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, text, _ := net.SplitHostPort(address)
	if port, err := strconv.Atoi(text); err != nil || port < portMin || port > portMax {
		t.Errorf("port %s lies outside %d to %d", text, portMin, portMax)
	}
	if err := take(address); err == nil {
		t.Error("an address in use was given")
	}
}
