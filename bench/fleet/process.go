package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"pedigree/internal/netns"
)

// process is one validator as its parent sees it.
type process struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	requests *json.Encoder
	answers  *json.Decoder
	exited   chan error
	stopOnce sync.Once
	stopped  error
}

// startProcess starts this program again as a validator, and waits until it takes
// entries.
func startProcess(o order, lane *netns.Lane) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("couldn't find this program to start it again: %w", err)
	}
	p := &process{cmd: exec.Command(self), exited: make(chan error, 1)}
	if lane != nil {
		p.cmd = lane.Command(self)
	}
	p.cmd.Env = append(os.Environ(), childEnv+"="+time.Now().Format(time.RFC3339Nano))
	p.cmd.Stderr = os.Stderr
	ownGroup(p.cmd)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("couldn't start validator %d: %w", o.Number, err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("couldn't start validator %d: %w", o.Number, err)
	}
	p.requests, p.answers = json.NewEncoder(p.in), json.NewDecoder(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("couldn't start validator %d: %w", o.Number, err)
	}
	// Wait closes the pipe, so it comes when no answer is awaited any more.
	if err := p.requests.Encode(o); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't start validator %d: %w", o.Number, err), p.stop())
	}
	if err := p.answered(nil); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't start validator %d: %w", o.Number, err), p.stop())
	}
	return p, nil
}

// ask lets the validator do something and reads its answer.
func (p *process) ask(do string, with, result any) error {
	raw, err := json.Marshal(with)
	if err == nil {
		err = p.requests.Encode(request{Do: do, With: raw})
	}
	if err == nil {
		err = p.answered(result)
	}
	if err != nil {
		return fmt.Errorf("couldn't %s: %w", do, err)
	}
	return nil
}

func (p *process) answered(result any) error {
	var a answer
	switch err := p.answers.Decode(&a); {
	case errors.Is(err, io.EOF):
		return errors.New("the process ended")
	case err != nil:
		return err
	case a.Error != "":
		return errors.New(a.Error)
	case result == nil:
		return nil
	}
	return json.Unmarshal(a.Result, result)
}

// stop ends the process, by force if it doesn't.
func (p *process) stop() error {
	p.stopOnce.Do(func() {
		_ = release(p.cmd.Process)
		_ = p.in.Close()
		go func() { p.exited <- p.cmd.Wait() }()
		select {
		case p.stopped = <-p.exited:
		case <-time.After(stopWait):
			p.stopped = errors.Join(fmt.Errorf("a validator did not stop within %s", stopWait), p.cmd.Process.Kill(), <-p.exited)
		}
	})
	return p.stopped
}

// kill ends the process without asking.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("couldn't kill a validator: %w", err)
	}
	_ = p.cmd.Wait() // says that it was killed
	return nil
}
