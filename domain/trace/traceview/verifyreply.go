package traceview

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/exchange"
	"pedigree/ledger"
	"pedigree/proof"
)

// Reply is what a maker said of a pack.
type Reply struct {
	Path     string      `json:"path"`
	Word     string      `json:"word" enum:"match,no-match,no-match-lot,no-match-expiry,no-match-lot-expiry"`
	Known    string      `json:"known" enum:"signed,reported" doc:"signed: the maker's node said it; reported: a person here noted it"`
	At       time.Time   `json:"at" doc:"When it came or was noted"`
	By       string      `json:"by" doc:"Organisation, or who is said to have said it"`
	Against  []string    `json:"against,omitempty" doc:"What the maker knows against the pack, as rules of verdicts"`
	Delivery *proof.Hash `json:"delivery,omitempty" doc:"That carried it, in the inbox"`
}

// Note is what a maker said by telephone, on its portal or through a service, as a
// person here notes it.
type Note struct {
	Item string // as scanned or typed
	Word string // as MakerWord has it
	By   string // who said it and how, 1 to VerifyNoteMax bytes
	// Clerk is who notes it here.
	Clerk string
}

// makerAnswered takes a maker's answer in. Only what was asked of that maker counts; an
// answer that comes late counts too, and the newest decides.
func (d *Desk) makerAnswered(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, verifyBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	a, err := DecodeMakerAnswer(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	out := exchange.Outcome{State: exchange.Done, Verdict: string(OK), Reason: fmt.Sprintf("says of %d packs that it made them", len(a.Items))}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		asked, err := askedItems(tx, in.Re, in.From)
		if err != nil {
			return err
		}
		for _, it := range a.Items {
			if !slices.Contains(asked, it.Path) {
				return fmt.Errorf("%w: %s was not asked about %s", exchange.ErrRejected, in.From, it.Path)
			}
			if it.Word != Match || len(it.Known) > 0 {
				out.Verdict, out.Reason = string(Stop), "scan "+it.Path+": the answer says what to do"
			}
			if err := d.keepReply(tx, in, it); err != nil {
				return err
			}
			said := replyRow{Reply: Reply{Path: it.Path, At: in.Received.UTC(), By: in.From, Delivery: &in.ID}, word: it.Word, known: KnownSigned}
			if err := d.denied(tx, said, in.From); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// askedItems are the paths of a question that was put to an organisation.
func askedItems(tx *sql.Tx, ask proof.Hash, maker string) ([]string, error) {
	rows, err := tx.Query(`SELECT i.path FROM verify_item i JOIN verify_ask a ON a.id = i.ask WHERE a.id = $1 AND a.maker = $2 LIMIT $3`, ask[:], maker, VerifyItemsMax)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			return nil, err
		}
		list = append(list, path)
	}
	return list, rows.Err()
}

func (d *Desk) keepReply(tx *sql.Tx, in exchange.Incoming, it MakerAnswerItem) error {
	id := hashOf("maker's reply", in.ID[:], []byte(it.Path))
	info := 0
	for i, rule := range makerInfo {
		if slices.Contains(it.Known, rule) {
			info |= 1 << i
		}
	}
	_, err := tx.Exec(`INSERT INTO verify_reply (id, path, at, known, word, info, org, delivery) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
		id[:], it.Path, in.Received.Unix(), KnownSigned, uint64(it.Word), info, in.From, in.ID[:])
	return err
}

// NoteReply keeps what a maker said otherwise than through its node.
func (d *Desk) NoteReply(ctx context.Context, n Note) (Reply, error) {
	path, err := itemPath(n.Item)
	word, ok := makerWordOf(n.Word)
	by := strings.TrimSpace(n.By)
	switch {
	case err != nil || gtinOf(path) == "":
		return Reply{}, ledger.CodeMalformed.Errorf("%.100q names no pack with a serial number: scan its code again", n.Item)
	case !ok:
		return Reply{}, ledger.CodeMalformed.Errorf("%q is nothing that a maker says; give match, no-match, no-match-lot, no-match-expiry or no-match-lot-expiry", n.Word)
	case by == "" || len(by) > VerifyNoteMax:
		return Reply{}, ledger.CodeMalformed.Errorf("who said it has %d bytes, where 1 to %d are kept: name the person, portal or service", len(by), VerifyNoteMax)
	}
	now := d.now().Truncate(time.Second)
	id := hashOf("noted reply", []byte(path), []byte(by), binary.BigEndian.AppendUint64(nil, uint64(now.Unix())), []byte(n.Word))
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		sealed, err := d.vault.SealValue(replyContext(id[:]), []byte(by))
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO verify_reply (id, path, at, known, word, info, org, sealed) VALUES ($1, $2, $3, $4, $5, 0, '', $6) ON CONFLICT (id) DO NOTHING`,
			id[:], path, now.Unix(), KnownReported, uint64(word), sealed)
		if err != nil {
			return err
		}
		return d.denied(tx, replyRow{Reply: Reply{Path: path, At: now.UTC(), By: by}, word: word, known: KnownReported}, n.Clerk)
	})
	if err != nil {
		return Reply{}, fmt.Errorf("couldn't note what the maker said: %w", err)
	}
	return Reply{Path: path, Word: word.String(), Known: KnownName(KnownReported), At: now.UTC(), By: by}, nil
}

func replyContext(id []byte) string { return fmt.Sprintf("verify_reply %x", id) }

// replyRow is a stored reply.
type replyRow struct {
	Reply
	word  MakerWord
	known int
}

// repliesOn are the newest replies about a pack, the newest first.
func (d *Desk) repliesOn(tx queryer, path string) ([]replyRow, error) {
	rows, err := tx.Query(`SELECT id, at, known, word, info, org, delivery, sealed FROM verify_reply WHERE path = $1 ORDER BY at DESC, id LIMIT $2`, path, repliesShownMax)
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what was said of %s: %w", path, err)
	}
	defer rows.Close()
	var list []replyRow
	for rows.Next() {
		r := replyRow{Reply: Reply{Path: path}}
		var id, delivery, sealed []byte
		var at, word, info int64
		if err := rows.Scan(&id, &at, &r.known, &word, &info, &r.By, &delivery, &sealed); err != nil {
			return nil, fmt.Errorf("couldn't look up what was said of %s: %w", path, err)
		}
		if sealed != nil {
			by, err := d.vault.OpenValue(replyContext(id), sealed)
			if err != nil {
				return nil, fmt.Errorf("couldn't read who spoke of %s: %w", path, err)
			}
			r.By = string(by)
		}
		if len(delivery) == proof.HashSize {
			h := proof.Hash(delivery)
			r.Delivery = &h
		}
		for i, rule := range makerInfo {
			if info&(1<<i) != 0 {
				r.Against = append(r.Against, rule)
			}
		}
		r.word, r.At = MakerWord(word), time.Unix(at, 0).UTC()
		r.Word, r.Reply.Known = r.word.String(), KnownName(r.known)
		list = append(list, r)
	}
	return list, rows.Err()
}

// Replies lists what was said of a pack, the newest first, and the last question about
// it where one waits for its answer.
func (d *Desk) Replies(ctx context.Context, text string) (Replies, error) {
	path, err := itemPath(text)
	if err != nil {
		return Replies{}, ledger.CodeMalformed.Errorf("%.100q names no single thing: %v", text, err)
	}
	out := Replies{Path: path, Replies: []Reply{}}
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		list, err := d.repliesOn(tx, path)
		for _, r := range list {
			out.Replies = append(out.Replies, r.Reply)
		}
		if err != nil {
			return err
		}
		a, err := lastAsk(tx, path)
		if a != nil {
			out.Asked = &Asked{Path: path, Maker: a.maker, Delivery: &a.id, Asked: a.asked, Due: a.asked.Add(answerDue)}
		}
		return err
	})
	return out, err
}

// Replies is what was asked and said of one pack.
type Replies struct {
	Path    string  `json:"path"`
	Asked   *Asked  `json:"asked,omitempty" doc:"The last question to its maker"`
	Replies []Reply `json:"replies" doc:"The newest first"`
}

// said gathers what the maker said of a pack, and that it says nothing. Of what its
// node said the newest counts; what a person noted counts where the node said nothing,
// or where it is newer and speaks against the pack.
func (j *judging) said(path string, facts []verdict.Fact) ([]verdict.Fact, error) {
	if gtinOf(path) == "" || j.none(tableReply, path) && j.none(tableAsk, path) {
		return nil, nil
	}
	list, err := j.d.repliesOn(j.tx, path)
	if err != nil {
		return nil, err
	}
	asked, err := lastAsk(j.tx, path)
	if err != nil {
		return nil, err
	}
	var out []verdict.Fact
	for _, r := range decisive(list) {
		out = append(out, replyFacts(path, r)...)
	}
	if asked == nil || len(list) > 0 && !list[0].At.Before(asked.asked) {
		return out, nil
	}
	return append(out, j.waiting(path, asked, facts)), nil
}

// decisive are the replies that count, of all from the newest on.
func decisive(list []replyRow) []replyRow {
	signed := slices.IndexFunc(list, func(r replyRow) bool { return r.known == KnownSigned })
	noted := slices.IndexFunc(list, func(r replyRow) bool { return r.known != KnownSigned })
	var out []replyRow
	if signed >= 0 {
		out = append(out, list[signed])
	}
	if noted >= 0 && (signed < 0 || noted < signed && list[noted].word != Match) {
		out = append(out, list[noted])
	}
	return out
}

func replyFacts(path string, r replyRow) []verdict.Fact {
	b := verdict.Basis{Known: r.known, AsOf: r.At, Source: "maker"}
	who := "The maker, " + r.By + ","
	if r.known != KnownSigned {
		b.Source, who = "here", fmt.Sprintf("The maker (noted: %s)", r.By)
	}
	if r.Delivery != nil {
		b.Evidence = r.Delivery.String()
	}
	rule := verdict.RuleMakerDenies
	if r.word == Match {
		rule = verdict.RuleMakerConfirms
	}
	facts := []verdict.Fact{verdict.New(rule, path, fmt.Sprintf("%s says that it %s.", who, makerWords[r.word].text), b)}
	for _, against := range r.Against {
		facts = append(facts, verdict.New(against, path, who+" says so of this pack.", b))
	}
	return facts
}

// waiting says that a maker was asked and has not answered. Where the ledger proves
// that it made the pack, its silence changes nothing.
func (j *judging) waiting(path string, a *asking, facts []verdict.Fact) verdict.Fact {
	b := verdict.Basis{Known: verdict.Own, AsOf: a.asked, Source: "here", Evidence: a.id.String()}
	due := a.asked.Add(answerDue)
	proved := slices.ContainsFunc(facts, func(f verdict.Fact) bool { return f.Rule == verdict.RuleCustodyProved })
	if proved || !j.now.After(due) {
		return verdict.New(verdict.RuleMakerAsked, path, fmt.Sprintf("Its maker, %s, was asked on %s; the answer is due by %s.", a.maker, a.asked.Format(time.RFC3339), due.Format(time.RFC3339)), b)
	}
	return verdict.New(verdict.RuleMakerSilent, path, fmt.Sprintf("Its maker, %s, was asked on %s and has not answered; the 24 hours that it had are over.", a.maker, a.asked.Format(time.RFC3339)), b)
}
