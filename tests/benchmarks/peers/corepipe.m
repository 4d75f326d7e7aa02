-- corepipe in Murphi (Rumur). The validators are a scalarset, so that the same
-- file serves with symmetry reduction on and off; so are the cores.
-- The constants are replaced for each size when the checker is built.
const
  N: 3; V: 4; T: 3; R: 5; S: 15;
  BUG: 0; -- 1 claims age <= T, 2 time-out keeps the votes, 3 never times out,
          -- 4 claims that the last block never sees every core with every vote

type
  core_t: scalarset(N);
  val_t: scalarset(V);
  block_t: 0..S-1;

var
  t: block_t;
  core: array[core_t] of record
    occ: boolean;
    age: block_t;
    votes: array[val_t] of boolean;
  end;

function count(c: core_t): 0..V;
var n: 0..V;
begin
  n := 0;
  for v: val_t do
    if core[c].votes[v] then n := n + 1; endif;
  endfor;
  return n;
end;

procedure free(c: core_t);
begin
  clear core[c];
end;

startstate begin
  t := 0;
  for c: core_t do free(c); endfor;
end;

ruleset c: core_t do
  rule "Back" !core[c].occ ==> begin
    clear core[c];
    core[c].occ := true;
  end;
end;

ruleset c: core_t; v: val_t do
  rule "Vote" core[c].occ & !core[c].votes[v] ==> begin
    core[c].votes[v] := true;
  end;
end;

rule "EndBlock" begin
  if t + 1 = S then
    t := 0;
    for c: core_t do free(c); endfor;
  else
    t := t + 1;
    for c: core_t do
      if core[c].occ then
        if 3 * count(c) > 2 * V then
          free(c);
        elsif BUG != 3 & t % R < T - 1 & core[c].age + 1 >= T then
          if BUG = 2 then
            core[c].occ := false;
            core[c].age := 0;
          else
            free(c);
          endif;
        else
          core[c].age := core[c].age + 1;
        endif;
      endif;
    endfor;
  endif;
end;

invariant "free is clean"
  forall c: core_t do
    core[c].occ | (core[c].age = 0 & forall v: val_t do !core[c].votes[v] endforall)
  endforall;

invariant "age bounded"
  forall c: core_t do core[c].age <= T + R endforall;

invariant "age tight"
  BUG != 1 | forall c: core_t do core[c].age <= T endforall;

invariant "not all full"
  BUG != 4 | t != S - 1 | exists c: core_t do exists v: val_t do !core[c].votes[v] endexists endexists;
