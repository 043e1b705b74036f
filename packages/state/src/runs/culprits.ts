/** Whether a new run is computed alone from its first attempt on. */

/**
 * The newest run of the audit was given up after it was computed alone: what its strategy does to a process it does to
 * each worker that comes next, once for every alarm, and each time to all that stands beside it. One run that comes to
 * another end ends the suspicion. As SQL; an audit that never had such a run costs one look into an index without it.
 */
export function isOfCulprit(auditId: string): string {
  return `exists (
    select from (select max(id) as id from run
      where audit_id = ${auditId} and is_suspect and state in ('FAILED', 'DEAD_LETTER')) culprit
    where culprit.id is not null
      and not exists (select from run later where later.audit_id = ${auditId} and later.id > culprit.id))`;
}
