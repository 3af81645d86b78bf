import { agenciesView } from './view_agencies.js';
import { start } from './app.js';
import { capacityView } from './view_capacity.js';
import { dutiesView } from './view_duties.js';
import { exceptionsView } from './view_exceptions.js';
import { matrixView, trendsView } from './view_figures.js';
import { integrityView } from './view_integrity.js';
import { listView } from './view_list.js';
import { overviewView, wallView } from './view_overview.js';
import { referralView } from './view_referral.js';
import { reportView } from './view_report.js';

// A view: what it loads, how it shows that, what it does once that is on the page, and whether every
// new entry of the ledger changes it.
export const views = {
  overview: overviewView,
  wall: wallView,
  referrals: listView,
  referral: referralView,
  matrix: matrixView,
  trends: trendsView,
  agencies: agenciesView,
  capacity: capacityView,
  duties: dutiesView,
  exceptions: exceptionsView,
  report: reportView,
  integrity: integrityView,
};

start();
