package exchange

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pedigree/internal/crash"
	"pedigree/proof"
)

// spool is the folder of sealed payloads on their way. Coming in, NAME.head is the
// offer and NAME.part what has arrived; going out, NAME.sealed is the whole.
type spool struct {
	in, out string
	mu      sync.Mutex
	partial map[proof.Hash]*partial
}

// partial is a delivery that has not arrived whole.
type partial struct {
	mu   sync.Mutex // held while its file is written or read
	head SignedHead
	have int64     // sealed bytes that are on the disk for sure
	used time.Time // when something last arrived
	gone bool
}

// openSpool makes the folders and takes up what stands half arrived there.
func openSpool(dir string) (*spool, error) {
	s := &spool{in: filepath.Join(dir, "in"), out: filepath.Join(dir, "out"), partial: map[proof.Hash]*partial{}}
	for _, d := range []string{s.in, s.out} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("couldn't make the exchange's folder: %w", err)
		}
	}
	names, err := os.ReadDir(s.in)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the exchange's folder: %w", err)
	}
	for _, n := range names {
		id, err := proof.ParseHash(strings.TrimSuffix(strings.TrimSuffix(n.Name(), ".head"), ".part"))
		if _, known := s.partial[id]; err != nil || known {
			continue
		}
		if err := s.takeUp(id); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// takeUp finds how much of a delivery is on the disk. Only whole chunks count, for
// the last write may have been cut short; one that can't be read begins anew.
func (s *spool) takeUp(id proof.Hash) error {
	raw, err := os.ReadFile(s.path(id, ".head"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("couldn't read the exchange's folder: %w", err)
	}
	head, err := DecodeHead(raw)
	info, wrong := os.Stat(s.path(id, ".part"))
	if err != nil || wrong != nil || head.ID() != id {
		return s.remove(id)
	}
	have := min(info.Size(), head.sealedSize())
	if have < head.sealedSize() {
		have -= have % sealedChunk
	}
	if err := os.Truncate(s.path(id, ".part"), have); err != nil {
		return fmt.Errorf("couldn't take up a half-arrived delivery: %w", err)
	}
	s.partial[id] = &partial{head: head, have: have, used: info.ModTime()}
	return nil
}

func (s *spool) path(id proof.Hash, ending string) string {
	if ending == ".sealed" {
		return filepath.Join(s.out, id.String()+ending)
	}
	return filepath.Join(s.in, id.String()+ending)
}

// find returns a half-arrived delivery.
func (s *spool) find(id proof.Hash) (*partial, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.partial[id]
	return p, ok
}

// begin makes room for a delivery, if its sender and all together stay in bounds.
func (s *spool) begin(h SignedHead, bytesMax int64, now time.Time) (*partial, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all, own, count int64
	for _, p := range s.partial {
		all += p.head.sealedSize()
		if p.head.From == h.From {
			own += p.head.sealedSize()
			count++
		}
	}
	size := h.sealedSize()
	if own+size > spoolPartnerBytesMax || count >= spoolPartnerMax {
		return nil, refuse(RefusedFull, "%d deliveries of %d bytes from you stand half arrived here, and more have no room; complete those first", count, own).after(time.Minute)
	}
	if all+size > bytesMax {
		return nil, refuse(RefusedFull, "there is no room for %d more bytes until other deliveries are complete; try later", size).after(5 * time.Minute)
	}
	id := h.ID()
	if err := writeSynced(s.path(id, ".part"), nil); err != nil {
		return nil, err
	}
	crash.At(crash.ExchangeRoomMade)
	if err := writeSynced(s.path(id, ".head"), h.raw); err != nil {
		return nil, err
	}
	p := &partial{head: h, used: now}
	s.partial[id] = p
	return p, nil
}

// add writes what came at the end of what is there, and returns once it is on the
// disk. Who calls holds the partial.
func (s *spool) add(p *partial, b []byte, now time.Time) error {
	f, err := os.OpenFile(s.path(p.head.ID(), ".part"), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, p.have)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	p.have, p.used = p.have+int64(len(b)), now
	return nil
}

// open reads what has arrived.
func (s *spool) open(p *partial) (io.ReadCloser, error) {
	return os.Open(s.path(p.head.ID(), ".part"))
}

// forget removes a delivery that has arrived whole or begins anew. Who calls holds
// the partial.
func (s *spool) forget(p *partial) error {
	p.gone = true
	s.mu.Lock()
	delete(s.partial, p.head.ID())
	s.mu.Unlock()
	return s.remove(p.head.ID())
}

func (s *spool) remove(id proof.Hash) error {
	for _, ending := range []string{".head", ".part"} {
		if err := os.Remove(s.path(id, ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("couldn't clear a delivery away: %w", err)
		}
		if ending == ".head" {
			crash.At(crash.ExchangeHeadGone)
		}
	}
	return nil
}

// expire removes what nobody has completed for long.
func (s *spool) expire(before time.Time) error {
	s.mu.Lock()
	var old []*partial
	for _, p := range s.partial {
		if p.used.Before(before) {
			old = append(old, p)
		}
	}
	s.mu.Unlock()
	var failed error
	for _, p := range old {
		p.mu.Lock()
		if !p.gone && p.used.Before(before) {
			failed = errors.Join(failed, s.forget(p))
		}
		p.mu.Unlock()
	}
	return failed
}

// bytes is the room that half-arrived deliveries take, and how many they are.
func (s *spool) bytes() (n int64, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.partial {
		n += p.head.sealedSize()
	}
	return n, len(s.partial)
}

// writeSynced writes a file, and returns once it and its name are on the disk.
func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// outgoing are the names of the files of each delivery going out.
func (s *spool) outgoing() (map[proof.Hash][]string, error) {
	names, err := os.ReadDir(s.out)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the exchange's folder: %w", err)
	}
	there := map[proof.Hash][]string{}
	for _, n := range names {
		name, _, _ := strings.Cut(n.Name(), ".")
		if id, err := proof.ParseHash(name); err == nil {
			there[id] = append(there[id], n.Name())
		}
	}
	return there, nil
}

// removeOut removes files of outgoing.
func (s *spool) removeOut(files map[proof.Hash][]string) error {
	var failed error
	for _, names := range files {
		for _, name := range names {
			if err := os.Remove(filepath.Join(s.out, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, err)
			}
		}
	}
	return failed
}
