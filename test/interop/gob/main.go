// Reads questions, one JSON object a line, and answers each with a line: what redistore's own GobSerializer writes and reads.
//
//	{"encode": typed session} -> {"b64": bytes, "values": what those bytes decode to}
//	{"decode": bytes}         -> {"values": typed session}
//
// Anything that goes wrong, a panic too, is {"error": text}.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/boj/redistore"
	"github.com/gorilla/sessions"
)

type question struct {
	Encode *Typed  `json:"encode"`
	Decode *string `json:"decode"`
}

type answer struct {
	B64    string `json:"b64,omitempty"`
	Values *Typed `json:"values,omitempty"`
	Error  string `json:"error,omitempty"`
}

var serializer redistore.GobSerializer

func answerTo(q question) (a answer) {
	defer func() {
		if cause := recover(); cause != nil {
			a = answer{Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	var data []byte
	var err error
	if q.Encode != nil {
		session := &sessions.Session{Values: build(*q.Encode).Interface().(map[interface{}]interface{})}
		if data, err = serializer.Serialize(session); err != nil {
			return answer{Error: err.Error()}
		}
		a.B64 = base64.StdEncoding.EncodeToString(data)
	} else if data, err = base64.StdEncoding.DecodeString(*q.Decode); err != nil {
		return answer{Error: err.Error()}
	}
	session := &sessions.Session{Values: map[interface{}]interface{}{}}
	if err = serializer.Deserialize(data, session); err != nil {
		return answer{Error: err.Error()}
	}
	values := show(reflect.ValueOf(session.Values))
	a.Values = &values
	return a
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	for in.Scan() {
		var q question
		must(json.Unmarshal(in.Bytes(), &q))
		must(answers.Encode(answerTo(q)))
	}
	must(in.Err())
}
