package courier

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"sync"
	"time"

	"pedigree/internal/vault"
)

// Inlet is where files of one partner come in.
type Inlet struct {
	Name    string
	Partner string // organisation or GLN that its files are from; may be empty

	// One of these is set.
	Folder  string // a folder of this machine, watched
	SFTP    string // host:port of a server that is asked
	Deposit bool   // the partner's program leaves files here

	Path       string // on the SFTP server
	Credential Credential
	// After is what becomes of a file that was taken: of a folder's it is put beside, or
	// deleted with AfterDelete; a server's is left alone unless this says otherwise.
	After string
	Every time.Duration // between two looks; of a deposit none
}

func (in Inlet) check() error {
	ways := 0
	for _, is := range []bool{in.Folder != "", in.SFTP != "", in.Deposit} {
		if is {
			ways++
		}
	}
	switch {
	case in.Name == "":
		return errors.New("it has no name")
	case ways != 1:
		return errors.New("it is one of a folder, an SFTP server and a deposit")
	case in.Folder != "" && !filepath.IsAbs(in.Folder):
		return fmt.Errorf("its folder %q has no whole path", in.Folder)
	case in.SFTP != "" && !path.IsAbs(in.Path):
		return fmt.Errorf("its path %q on the server has no whole path", in.Path)
	case in.SFTP != "":
		if err := in.Credential.check(in.SFTP); err != nil {
			return err
		}
	}
	if !in.Deposit && in.Every <= 0 {
		return errors.New("it says not how often to look")
	}
	return nil
}

// InletState is an inlet as it is shown.
type InletState struct {
	Name    string    `json:"name"`
	Way     string    `json:"way" doc:"folder, sftp or deposit"`
	Place   string    `json:"place,omitempty" doc:"Where it looks"`
	Partner string    `json:"partner,omitempty" doc:"Organisation or GLN that its files are from"`
	Every   int       `json:"every_seconds,omitempty"`
	Looked  time.Time `json:"looked,omitzero" doc:"The last look that came to its end"`
	Failing string    `json:"failing,omitempty" doc:"Why the last look didn't, and what to do"`
	Passed  []string  `json:"passed,omitempty" doc:"Files that the last look passed over, with the reason"`
	Waiting int       `json:"waiting" doc:"Files that are to be taken again, after an error"`
	Taken   int       `json:"taken" doc:"Files"`
	Failed  int       `json:"failed" doc:"Files that can't be taken; a person must look at them"`
}

// inlet is one at work.
type inlet struct {
	Inlet
	k *Courier

	running sync.Mutex // one look at a time
	still   map[string]look

	mu     sync.Mutex
	looked time.Time
	report report
}

// look is a file as it was at one look.
type look struct {
	size int64
	at   time.Time
}

// report is how a look ended.
type report struct {
	failing error
	passed  []string
	more    bool // files were left for the next look, which comes at once
}

func (r *report) pass(name string, err error) {
	if len(r.passed) < problemsMax {
		r.passed = append(r.passed, fmt.Sprintf("%q: %v", label(name), err))
	}
}

func (in *inlet) way() string {
	switch {
	case in.Deposit:
		return "deposit"
	case in.SFTP != "":
		return "sftp"
	}
	return "folder"
}

func (in *inlet) place() string {
	if in.SFTP != "" {
		return in.SFTP + in.Path
	}
	return in.Folder
}

// poll looks again and again, until the courier ends.
func (in *inlet) poll() {
	wasFailing := false
	for {
		err := in.run(in.k.ctx, false)
		if in.k.ctx.Err() != nil {
			return
		}
		if failing := err != nil; failing != wasFailing {
			if wasFailing = failing; failing {
				in.k.log.Warn("an inlet fails; pedigree ways list says why", "inlet", in.Name)
			} else {
				in.k.log.Info("an inlet works again", "inlet", in.Name)
			}
		}
		if !in.k.sleep(in.k.ctx, in.pause()) {
			return
		}
	}
}

// pause is how long to wait for the next look.
func (in *inlet) pause() time.Duration {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.report.more && in.report.failing == nil {
		return 0
	}
	return in.Every
}

// run looks once, after others that are at work. At once says that a person asked:
// what stands still is taken without waiting for the next look.
func (in *inlet) run(ctx context.Context, atOnce bool) error {
	in.running.Lock()
	defer in.running.Unlock()
	select {
	case in.k.turns <- struct{}{}:
		defer func() { <-in.k.turns }()
	case <-ctx.Done():
		return ctx.Err()
	case <-in.k.ctx.Done():
		return errStopped
	}
	r := report{}
	r.failing = in.lookOnce(ctx, &r, atOnce)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.report = r; r.failing == nil {
		in.looked = in.k.config.Now()
	}
	return r.failing
}

func (in *inlet) lookOnce(ctx context.Context, r *report, atOnce bool) error {
	look := in.lookFolder
	if in.SFTP != "" {
		look = in.lookServer
	}
	if err := look(ctx, r); err != nil || !atOnce {
		return err
	}
	if !in.k.sleep(ctx, settlePart) {
		return ctx.Err()
	}
	*r = report{}
	return look(ctx, r)
}

// Inlets shows the inlets, in the order of the configuration.
func (k *Courier) Inlets(ctx context.Context) ([]InletState, error) {
	list := []InletState{}
	counts, err := k.counts(ctx)
	for _, in := range k.inlets {
		list = append(list, in.state(counts))
	}
	return list, err
}

func (in *inlet) state(counts map[seenCount]int) InletState {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := InletState{
		Name: in.Name, Way: in.way(), Place: in.place(), Partner: in.Partner, Every: int(in.Every.Seconds()), Looked: in.looked, Passed: in.report.passed,
		Waiting: counts[seenCount{in.Name, seenWaiting}], Taken: counts[seenCount{in.Name, seenTaken}], Failed: counts[seenCount{in.Name, seenFailed}],
	}
	if in.report.failing != nil {
		s.Failing = in.report.failing.Error()
	}
	return s
}

func (k *Courier) find(name string) (*inlet, error) {
	for _, in := range k.inlets {
		if in.Name == name {
			return in, nil
		}
	}
	return nil, fmt.Errorf("there is no inlet %q; pedigree ways list shows them: %w", name, vault.ErrNotFound)
}

// Run looks at an inlet now, and returns what it is then.
func (k *Courier) Run(ctx context.Context, name string) (InletState, error) {
	in, err := k.find(name)
	if err == nil && in.Deposit {
		err = refuse("inlet %q has nothing to look at: the partner's program leaves its files there", name)
	}
	if err != nil {
		return InletState{}, err
	}
	if err := in.run(ctx, true); ctx.Err() != nil || errors.Is(err, errStopped) {
		return InletState{}, fmt.Errorf("couldn't look at inlet %q: %w", name, err)
	}
	counts, err := k.counts(ctx)
	return in.state(counts), err
}
